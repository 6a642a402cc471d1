// SPDX-License-Identifier: Apache-2.0
import CSluice
import Synchronization

/// How large the calls of a gateway may be.
package struct HandlerCallLimits: Sendable {
    /// Most lines of one cart.
    package let linesMax: Int
    /// Most recommended items.
    package let itemsMax: Int
    /// Bytes of the call's arena.
    package let arenaBytes: Int
    /// Bytes of a handler's message.
    package let messageBytes: Int

    /// The limits of the wire contract: 500 lines, 100 items, 64 KiB to work in, a line of message.
    package init(
        linesMax: Int = 500,
        itemsMax: Int = 100,
        arenaBytes: Int = 64 << 10,
        messageBytes: Int = 256
    ) {
        self.linesMax = linesMax
        self.itemsMax = itemsMax
        self.arenaBytes = arenaBytes
        self.messageBytes = messageBytes
    }
}

/// A reusable slot for one call of a handler: request, arena, reply and message.
///
/// Lifetime: a slot given to a pool belongs to the pool until its completion was delivered.
/// Complexity: no allocation after init.
///
/// `@unchecked Sendable` because a slot has one owner at a time, event loop or pool, and is handed
/// over through a queue; the phase, which both sides touch, is atomic.
package final class HandlerCall: @unchecked Sendable {
    /// Memory for the gateway's request tables and the plugin's scratch.
    package let arena: CallArena
    /// The request as the plugin sees it.
    ///
    /// The gateway fills the context fields.
    package let request: UnsafeMutablePointer<sluice_request>
    /// The recommend part of the request.
    ///
    /// The gateway fills the lists.
    package let recommendRequest: UnsafeMutablePointer<sluice_recommend_request>
    /// The owner's mark, for finding its way back on completion.
    ///
    /// The host never reads it.
    package var ownerContext: UInt = 0
    /// Why a queue did not run the call; nil when it did, or while it is on its way.
    package internal(set) var refusal: QueueRefusal?
    /// How long the call waited for a thread; read once it has ended.
    package internal(set) var waitNanoseconds: UInt64 = 0
    /// When the call ended, on the gateway's monotonic clock: its loop may hear of it much later.
    ///
    /// Written by whoever brings it home; the largest number until then.
    package var endedNanoseconds = UInt64.max
    /// When the handler must have answered.
    var deadlineNanoseconds: UInt64 { request.pointee.deadline_ns }
    /// When it came into the queue, on the clock of the queue's law.
    var queuedAtNanoseconds: UInt64 = 0
    /// The queue's mark while it has the call, for finding its own record of it.
    var queueContext: (slot: Int, generation: UInt64) = (0, 0)

    let state: UnsafeMutablePointer<CallState>
    private let limits: HandlerCallLimits
    let message: MessageBuffer
    private let phase: UnsafeMutablePointer<Atomic<UInt8>>
    private let priceRequest: UnsafeMutablePointer<sluice_price_request>
    let reply: UnsafeMutablePointer<sluice_reply>
    private let call: UnsafeMutablePointer<sluice_call>
    private let batch: UnsafeMutablePointer<UnsafeMutablePointer<sluice_call>?>

    /// A slot for calls within `limits`.
    ///
    /// All memory of the slot is allocated here.
    package init(limits: HandlerCallLimits) {
        self.limits = limits
        arena = CallArena(capacity: limits.arenaBytes)
        message = MessageBuffer(capacity: limits.messageBytes)
        request = .one(sluice_request())
        priceRequest = .one(sluice_price_request())
        recommendRequest = .one(sluice_recommend_request())
        phase = .allocate(capacity: 1)
        phase.initialize(to: Atomic(CallPhase.idle.bits))
        state = .one(
            CallState(
                arena: arena,
                phase: phase,
                prices: .allocate(capacity: limits.linesMax),
                isPriced: .allocate(capacity: limits.linesMax),
                items: .allocate(capacity: limits.itemsMax)
            )
        )
        state.pointee.prices.initialize(repeating: .unset)
        state.pointee.isPriced.initialize(repeating: false)
        state.pointee.items.initialize(repeating: .unset)
        reply = .one(ReplyWriter.table(for: state))
        call = .one(sluice_call())
        batch = .one(call)
        reset()
    }

    deinit {
        state.pointee.prices.deallocate()
        state.pointee.isPriced.deallocate()
        state.pointee.items.deallocate()
        phase.deinitialize(count: 1)
        phase.deallocate()
        state.deallocate()
        request.deallocate()
        priceRequest.deallocate()
        recommendRequest.deallocate()
        reply.deallocate()
        call.deallocate()
        batch.deallocate()
    }

    // MARK: Filling

    /// Makes the slot ready for the next request.
    ///
    /// The slot must be with its owner.
    package func reset() {
        precondition(isIdle, "a call was reset while a pool had it")
        arena.reset()
        message.reset()
        request.pointee = sluice_request()
        request.pointee.struct_size = UInt32(MemoryLayout<sluice_request>.size)
        request.pointee.host_call = UnsafeMutableRawPointer(state)
        request.pointee.customer_row = UInt32.max
        refusal = nil
        waitNanoseconds = 0
        endedNanoseconds = .max
        state.pointee.isOpen = false
        state.pointee.fault = nil
        state.pointee.lineCount = 0
        state.pointee.itemCount = 0
    }

    /// Makes this a price request over `count` lines, with the reply to match.
    ///
    /// Lifetime: `lines` must stay valid and unchanged until the call has ended.
    package func beginPrice(
        lines: UnsafeMutablePointer<sluice_price_line>,
        count: Int,
        currencyDigits: Int
    ) {
        precondition(count >= 0 && count <= limits.linesMax)
        priceRequest.pointee = sluice_price_request(
            struct_size: UInt32(MemoryLayout<sluice_price_request>.size),
            line_count: UInt32(count),
            lines: lines,
            line_stride: UInt32(MemoryLayout<sluice_price_line>.stride),
            reserved: 0
        )
        request.pointee.kind = HandlerKind.price.rawValue
        request.pointee.currency_digits = UInt32(currencyDigits)
        request.pointee.price = UnsafePointer(priceRequest)
        request.pointee.recommend = nil
        state.pointee.kind = .price
        state.pointee.lines = UnsafePointer(lines)
        state.pointee.lineCount = count
        state.pointee.currencyDigits = UInt32(currencyDigits)
    }

    /// Makes this a recommend request for at most `limit` of `productCount` products.
    ///
    /// `recommendRequest` comes out with no lists and no focus; the gateway sets what the shopper sent.
    package func beginRecommend(limit: Int, productCount: Int) {
        precondition(limit >= 0 && limit <= limits.itemsMax)
        recommendRequest.pointee = sluice_recommend_request()
        recommendRequest.pointee.struct_size = UInt32(MemoryLayout<sluice_recommend_request>.size)
        recommendRequest.pointee.limit = UInt32(limit)
        recommendRequest.pointee.focus_row = UInt32.max
        recommendRequest.pointee.intent = UInt32(SLUICE_INTENT_RELATED)
        request.pointee.kind = HandlerKind.recommend.rawValue
        request.pointee.recommend = UnsafePointer(recommendRequest)
        request.pointee.price = nil
        state.pointee.kind = .recommend
        state.pointee.itemLimit = limit
        state.pointee.productCount = productCount
    }

    // MARK: Reading

    /// One answer per line.
    ///
    /// Valid when the call ended OK, until the next execution or reset.
    package var prices: UnsafeMutableBufferPointer<PriceAnswer> {
        UnsafeMutableBufferPointer(rebasing: state.pointee.prices.prefix(state.pointee.lineCount))
    }

    /// The items, best first.
    ///
    /// Valid when the call ended OK, until the next execution or reset.
    package var items: UnsafeMutableBufferPointer<ItemAnswer> {
        UnsafeMutableBufferPointer(rebasing: state.pointee.items.prefix(state.pointee.itemCount))
    }

    /// What was wrong with the reply; nil when it was complete or the handler gave none.
    package var replyFault: ReplyFault? { state.pointee.fault }

    /// What the handler said about an error.
    ///
    /// Not always UTF-8.
    package var messageText: UnsafeRawBufferPointer { message.bytes }

    /// Whether the slot is with its owner.
    package var isIdle: Bool { currentPhase.place == .idle }

    // MARK: Executing

    var currentPhase: CallPhase { CallPhase(bits: phase.pointee.load(ordering: .acquiring)) }

    /// Moves the phase by `transition` and answers the phase before; nil when it does not apply.
    @inline(__always)
    func updatePhase(_ transition: (CallPhase) -> CallPhase?) -> CallPhase? {
        var bits = phase.pointee.load(ordering: .acquiring)
        while let next = transition(CallPhase(bits: bits)) {
            let result = phase.pointee.compareExchange(
                expected: bits,
                desired: next.bits,
                ordering: .acquiringAndReleasing
            )
            if result.exchanged { return CallPhase(bits: bits) }
            bits = result.original
        }
        return nil
    }

    /// Opens the reply for one execution; a call may be executed again by a lower rung.
    func open(
        snapshot: UnsafePointer<sluice_snapshot>,
        reader: UnsafeMutableRawPointer?,
        handle: UInt64
    ) {
        request.pointee.snapshot = snapshot
        request.pointee.handle = handle
        message.reset()
        call.pointee = sluice_call(
            struct_size: UInt32(MemoryLayout<sluice_call>.size),
            status: HandlerStatus.unknown.rawValue,
            request: UnsafePointer(request),
            reply: reply,
            message: message.pointer
        )
        state.pointee.reader = reader
        openReply()
    }

    /// Lets prices or items be set from the start.
    func openReply() {
        state.pointee.fault = nil
        state.pointee.itemCount = 0
        state.pointee.pricedCount = 0
        state.pointee.isPriced.prefix(state.pointee.lineCount).update(repeating: false)
        state.pointee.isOpen = true
    }

    /// Calls the handler.
    ///
    /// What it returned, or what it set for this call when it returned OK.
    func invoke(
        _ execute: ExecuteFunction,
        _ model: UnsafeMutableRawPointer?,
        _ binding: UnsafeMutableRawPointer?
    ) -> HandlerStatus {
        let returned = execute(model, binding, batch, 1)
        state.pointee.reader = nil
        return HandlerStatus(
            rawValue: returned == HandlerStatus.ok.rawValue ? call.pointee.status : returned
        )
    }

    /// Closes the reply; a faulty or incomplete one turns into an error.
    func close(_ status: HandlerStatus) -> HandlerStatus {
        state.pointee.isOpen = false
        if status == .pending { state.pointee.fault = state.pointee.fault ?? .pendingInline }
        if status == .ok { state.pointee.fault = state.pointee.finalFault }
        return state.pointee.fault?.statusForGateway ?? status
    }
}

typealias ExecuteFunction =
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafeMutableRawPointer?,
        UnsafePointer<UnsafeMutablePointer<sluice_call>?>?, UInt32
    ) -> Int32

extension PriceAnswer {
    fileprivate static var unset: PriceAnswer {
        let none = sluice_bytes(data: nil, size: 0)
        return PriceAnswer(unitPriceMinor: 0, ruleCount: 0, rules: (none, none, none, none))
    }
}

extension ItemAnswer {
    fileprivate static var unset: ItemAnswer {
        ItemAnswer(productRow: 0, score: 0, reason: sluice_bytes(data: nil, size: 0))
    }
}

extension UnsafeMutablePointer {
    fileprivate static func one(_ value: Pointee) -> Self {
        let memory = Self.allocate(capacity: 1)
        memory.initialize(to: value)
        return memory
    }
}
