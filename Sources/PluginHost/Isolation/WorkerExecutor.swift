// SPDX-License-Identifier: Apache-2.0
import CLinux
import CSluice
import Dispatch
import Glibc
import Synchronization

/// Answers the calls of a worker process, one after the other, on the thread that takes them.
///
/// A call may also end later, by `complete` from any thread of the plugin.
final class WorkerExecutor: Sendable {
    /// Bindings by number; the executing thread keeps the one it used last.
    private let bindings = Mutex<[UInt64: ModelBinding]>([:])
    /// Changes with every unbinding, so that the executing thread lets go of what it keeps.
    private let epoch = Atomic<UInt64>(0)
    private let isStopping = Atomic<Bool>(false)
    private let stopped = DispatchSemaphore(value: 0)

    private let memory: RingMemory
    private let readers: ReaderProvider
    private let requestEvent: Int32
    private let requestPosition: UInt64
    private let answers: WorkerAnswers

    init(
        _ memory: RingMemory,
        readers: ReaderProvider,
        requests: (event: Int32, position: UInt64),
        replies: (event: Int32, position: UInt64)
    ) {
        self.memory = memory
        self.readers = readers
        requestEvent = requests.event
        requestPosition = requests.position
        answers = WorkerAnswers(memory, event: replies.event, from: replies.position)
    }

    // MARK: On the control thread

    func bind(_ binding: ModelBinding, _ number: UInt64) {
        bindings.withLock { $0[number] = binding }
    }

    func unbind(_ number: UInt64) {
        let binding = bindings.withLock { $0.removeValue(forKey: number) }
        epoch.wrappingAdd(1, ordering: .releasing)
        linux_event_signal(requestEvent)
        withExtendedLifetime(binding) {}
    }

    /// Returns when no call is executing any more and every binding was let go.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        linux_event_signal(requestEvent)
        stopped.wait()
        bindings.withLock { $0.removeAll() }
    }

    // MARK: On the executing thread

    func run() {
        let doorbell = Doorbell(memory, flag: memory.layout.workerSleeps, event: requestEvent)
        var ring = RingConsumer(memory, at: memory.layout.requestRing, from: requestPosition)
        var calls = WorkerCallSlots(memory)
        var cache = ReaderCache(readers)
        let pool = PoolState(
            queueCapacity: memory.layout.callCount,
            law: nil,
            readers: readers,
            completion: { [answers] call, status in
                answers.send(call, HandlerStatus(rawValue: status))
            }
        )
        var patience = SpinPatience()
        var kept: (number: UInt64, binding: ModelBinding)?
        var seen = epoch.load(ordering: .acquiring)
        while !isStopping.load(ordering: .acquiring) {
            while let entry = ring.pop() {
                guard let (call, number) = calls.take(entry) else { continue }
                if kept?.number != number { kept = binding(number).map { (number, $0) } }
                execute(call, kept?.binding, pool, &cache)
            }
            let current = epoch.load(ordering: .acquiring)
            if current != seen {
                (kept, seen) = (nil, current)
                cache.removeAll()
            }
            wait(for: ring, doorbell, &patience)
        }
        cache.removeAll()
        kept = nil
        stopped.signal()
    }

    private func binding(_ number: UInt64) -> ModelBinding? { bindings.withLock { $0[number] } }

    /// A call nobody waits for any more is answered without the plugin: a queue drains fast.
    private func execute(
        _ call: HandlerCall,
        _ binding: ModelBinding?,
        _ pool: PoolState,
        _ cache: inout ReaderCache
    ) {
        let isLate = MonotonicClock.nanoseconds >= call.request.pointee.deadline_ns
        guard let binding, !isLate, !call.state.pointee.isCancelled else {
            let status: HandlerStatus = isLate ? .deadlineExceeded : .cancelled
            return answers.send(call, binding == nil ? .unavailable : status)
        }
        pool.executeHere(call, binding, &cache)
    }

    private func wait(
        for ring: RingConsumer,
        _ doorbell: Doorbell,
        _ patience: inout SpinPatience
    ) {
        memory.showProcessor(at: memory.layout.workerProcessor)
        if !memory.sharesProcessor(with: memory.layout.hostProcessor), patience.shouldSpin() {
            let outcome = spin(for: ring)
            patience.record(outcome)
            if outcome == .hit { return }
        }
        var poller = pollfd(fd: requestEvent, events: Int16(POLLIN), revents: 0)
        doorbell.announceSleep()
        if ring.isEmpty { poll(&poller, 1, -1) }
        doorbell.announceAwake()
        linux_event_clear(requestEvent)
    }

    private func spin(for ring: RingConsumer) -> SpinOutcome {
        let end = MonotonicClock.nanoseconds &+ SpinPatience.spinNanoseconds
        repeat {
            if !ring.isEmpty { return .hit }
            linux_thread_relax()
        } while MonotonicClock.nanoseconds < end
        return .miss
    }
}

/// Sends the replies of a worker, from whatever thread ends a call.
final class WorkerAnswers: Sendable {
    private let memory: RingMemory
    private let ring: RingProducer
    private let doorbell: Doorbell

    init(_ memory: RingMemory, event: Int32, from position: UInt64) {
        self.memory = memory
        ring = RingProducer(memory, at: memory.layout.replyRing, from: position)
        doorbell = Doorbell(memory, flag: memory.layout.hostSleeps, event: event)
    }

    func send(_ call: HandlerCall, _ status: HandlerStatus) {
        let (slot, generation) = call.queueContext
        let target = memory.reply(slot)
        if RingReply.write(call, status, generation: generation, into: target) == nil {
            // More different words than a reply may have.
            call.state.pointee.fault = .invalidWord
            let refused = HandlerStatus.internal
            _ = RingReply.write(call, refused, generation: generation, into: target)
        }
        ring.push(RingEntry(slot: slot, generation: generation))
        doorbell.ring()
    }
}

/// The call objects of a worker, one for each slot that was ever used.
struct WorkerCallSlots {
    private let memory: RingMemory
    private var calls: [HandlerCall?]

    /// Memory a plugin may take for one call, beside its request.
    private static let scratchBytes = 64 << 10
    private static let limits = HandlerCallLimits(
        linesMax: Limits.ringEntriesMax,
        itemsMax: Limits.ringEntriesMax,
        arenaBytes: Limits.ringRequestBytes + scratchBytes
            + Limits.ringEntriesMax * MemoryLayout<sluice_price_line>.stride
    )

    init(_ memory: RingMemory) {
        self.memory = memory
        calls = Array(repeating: nil, count: memory.layout.callCount)
    }

    /// The call behind a ring's entry, filled, and the number of its binding; nil for an entry that
    /// names none: one of a process before this.
    mutating func take(_ entry: RingEntry) -> (call: HandlerCall, binding: UInt64)? {
        guard calls.indices.contains(entry.slot) else { return nil }
        let call = calls[entry.slot] ?? HandlerCall(limits: Self.limits)
        calls[entry.slot] = call
        guard call.isIdle else { return nil }
        call.reset()
        let memory = self.memory.request(entry.slot)
        guard let copy = call.arena.allocate(Limits.ringRequestBytes, alignment: 8),
            let bytes = memory.copyMessage(to: copy),
            case .request(let request)? = try? RingMessage.decode(bytes),
            RingEntry(slot: entry.slot, generation: request.generation) == entry,
            call.fill(request)
        else { return nil }
        call.queueContext = (entry.slot, request.generation)
        call.state.pointee.abandonment = (
            self.memory.abandoned(entry.slot), request.generation
        )
        return (call, request.binding)
    }
}

extension HandlerCall {
    /// Makes this the call a request describes; false when the arena is too small.
    ///
    /// Lifetime: reads the request's memory until the call has ended.
    fileprivate func fill(_ source: RingRequest) -> Bool {
        request.pointee.deadline_ns = source.deadlineNanoseconds
        request.pointee.unix_milliseconds = source.unixMilliseconds
        request.pointee.customer_row = source.customerRow
        request.pointee.currency_digits = source.currencyDigits
        request.pointee.shop = sluice_bytes(source.shop)
        request.pointee.currency = sluice_bytes(source.currency)
        request.pointee.unit = sluice_bytes(source.unit)
        guard source.isPrice else {
            fillRecommend(source)
            return true
        }
        return fillPrice(source)
    }

    private func fillPrice(_ source: RingRequest) -> Bool {
        let count = source.lineCount
        let stride = MemoryLayout<sluice_price_line>.stride
        guard let memory = arena.allocate(max(count, 1) * stride, alignment: 8) else {
            return false
        }
        let lines = memory.bindMemory(to: sluice_price_line.self, capacity: max(count, 1))
        for index in 0..<count { (lines + index).initialize(to: source.line(index)) }
        beginPrice(lines: lines, count: count, currencyDigits: Int(source.currencyDigits))
        return true
    }

    private func fillRecommend(_ source: RingRequest) {
        beginRecommend(limit: source.limit, productCount: source.productCount)
        let target = recommendRequest
        target.pointee.intent = source.intent
        target.pointee.focus_row = source.focusRow
        (target.pointee.session_rows, target.pointee.session_count) = source.sessionRows.rows
        (target.pointee.cart_rows, target.pointee.cart_count) = source.cartRows.rows
        (target.pointee.exclude_rows, target.pointee.exclude_count) = source.excludeRows.rows
        guard let candidates = source.candidateRows else { return }
        (target.pointee.candidate_rows, target.pointee.candidate_count) = candidates.rows
        // An empty list is not the whole catalogue.
        if candidates.isEmpty {
            target.pointee.candidate_rows = UnsafeRawPointer(target)
                .assumingMemoryBound(to: UInt32.self)
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var rows: (UnsafePointer<UInt32>?, UInt32) {
        (baseAddress?.assumingMemoryBound(to: UInt32.self), UInt32(count / 4))
    }
}
