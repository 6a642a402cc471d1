// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Writes one message front to back into a slot of a ring.
///
/// A message that does not fit is remembered as such and never half sent.
struct RingWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private var end: Int
    private(set) var fits = true

    /// Begins a message with a head of `fieldBytes`, zeroed.
    init(_ memory: UnsafeMutableRawBufferPointer, fieldBytes: Int) {
        self.memory = memory
        end = fieldBytes
        guard fieldBytes <= memory.count else {
            fits = false
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: memory[..<fieldBytes]).initializeMemory(
            as: UInt8.self,
            repeating: 0
        )
    }

    func set<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
        guard fits else { return }
        memory.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }

    /// Appends bytes and answers where they begin.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        let start = reserve(bytes.count)
        guard fits, !bytes.isEmpty else { return start }
        (memory.baseAddress.unsafelyUnwrapped + start).copyMemory(
            from: bytes.baseAddress.unsafelyUnwrapped,
            byteCount: bytes.count
        )
        return start
    }

    /// Leaves room, aligned to eight bytes, and answers where it begins.
    mutating func reserve(_ size: Int) -> Int {
        let start = (end + 7) & ~7
        guard fits, size <= memory.count - min(start, memory.count) else {
            fits = false
            return 0
        }
        end = start + size
        return start
    }

    /// Appends bytes and says where they are in the pair of fields at `place`.
    mutating func append(_ bytes: UnsafeRawBufferPointer, namedAt place: Int) {
        set(UInt32(truncatingIfNeeded: append(bytes)), at: place)
        set(UInt32(truncatingIfNeeded: bytes.count), at: place + 4)
    }

    mutating func append(rows: UnsafePointer<UInt32>?, count: UInt32, namedAt place: Int) {
        let rows = UnsafeRawBufferPointer(start: rows, count: rows == nil ? 0 : 4 * Int(count))
        set(UInt32(truncatingIfNeeded: append(rows)), at: place)
        set(UInt32(truncatingIfNeeded: rows.count / 4), at: place + 4)
    }

    /// Closes the message; its size, or nil when it does not fit.
    func finish(_ kind: RingMessage.Kind, generation: UInt64) -> Int? {
        guard fits else { return nil }
        set(kind.rawValue, at: RingMessage.Head.kind)
        set(UInt32(end), at: RingMessage.Head.size)
        set(generation, at: RingMessage.Head.generation)
        return end
    }
}

extension RingRequest {
    /// Writes a call for a worker; nil when it does not fit.
    static func write(
        _ request: borrowing sluice_request,
        productCount: Int,
        generation: UInt64,
        binding: UInt64,
        into memory: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var writer = RingWriter(memory, fieldBytes: Field.bytes)
        writer.set(binding, at: Field.binding)
        writer.set(request.deadline_ns, at: Field.deadline)
        writer.set(request.unix_milliseconds, at: Field.unixMilliseconds)
        writer.set(request.customer_row, at: Field.customerRow)
        writer.set(request.currency_digits, at: Field.currencyDigits)
        writer.append(UnsafeRawBufferPointer(request.shop), namedAt: Field.shop)
        writer.append(UnsafeRawBufferPointer(request.currency), namedAt: Field.currency)
        writer.append(UnsafeRawBufferPointer(request.unit), namedAt: Field.unit)
        if let price = request.price {
            writer.append(price.pointee)
            return writer.finish(.priceRequest, generation: generation)
        }
        guard let recommend = request.recommend else { return nil }
        writer.set(UInt32(productCount), at: Field.productCount)
        writer.append(recommend.pointee)
        return writer.finish(.recommendRequest, generation: generation)
    }
}

extension RingWriter {
    fileprivate mutating func append(_ request: sluice_price_request) {
        typealias Line = RingRequest.Line
        let count = Int(request.line_count)
        let start = reserve(count * Line.bytes)
        guard fits, count > 0, let first = UnsafeRawPointer(request.lines) else { return }
        set(UInt32(start), at: RingRequest.Field.lines)
        set(UInt32(count), at: RingRequest.Field.lines + 4)
        for index in 0..<count {
            let line = (first + index * Int(request.line_stride))
                .assumingMemoryBound(to: sluice_price_line.self)
            let place = start + index * Line.bytes
            set(line.pointee.product_row, at: place + Line.productRow)
            set(line.pointee.quantity, at: place + Line.quantity)
            append(UnsafeRawBufferPointer(line.pointee.variant_id), namedAt: place + Line.variant)
        }
    }

    fileprivate mutating func append(_ request: sluice_recommend_request) {
        typealias Field = RingRequest.Field
        set(request.intent, at: Field.intent)
        set(request.limit, at: Field.limit)
        set(request.focus_row, at: Field.focusRow)
        append(
            rows: request.session_rows,
            count: request.session_count,
            namedAt: Field.sessionRows
        )
        append(rows: request.cart_rows, count: request.cart_count, namedAt: Field.cartRows)
        append(
            rows: request.exclude_rows,
            count: request.exclude_count,
            namedAt: Field.excludeRows
        )
        append(
            rows: request.candidate_rows,
            count: request.candidate_count,
            namedAt: Field.candidateRows
        )
        set(UInt32(request.candidate_rows == nil ? 0 : 1), at: Field.hasCandidates)
    }
}

extension RingReply {
    /// Writes how a call ended; nil when it does not fit, which a call within the limits does.
    static func write(
        _ call: HandlerCall,
        _ status: HandlerStatus,
        generation: UInt64,
        into memory: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let isPrice = call.state.pointee.kind == .price
        var writer = RingWriter(memory, fieldBytes: Field.bytes)
        writer.set(status.rawValue, at: Field.status)
        writer.set(call.replyFault.map { UInt32($0.rawValue) + 1 } ?? 0, at: Field.fault)
        let message = call.messageText.prefix(Limits.workerTextBytes)
        writer.append(UnsafeRawBufferPointer(rebasing: message), namedAt: Field.message)
        if status == .ok {
            var words = RingWords()
            if isPrice {
                writer.append(call.prices, &words)
            } else {
                writer.append(call.items, &words)
            }
            writer.append(words)
        }
        return writer.finish(isPrice ? .priceReply : .recommendReply, generation: generation)
    }
}

extension RingWriter {
    fileprivate mutating func append(
        _ prices: UnsafeMutableBufferPointer<PriceAnswer>,
        _ words: inout RingWords
    ) {
        typealias Price = RingReply.Price
        let start = reserve(prices.count * Price.bytes)
        set(UInt32(start), at: RingReply.Field.entries)
        set(UInt32(prices.count), at: RingReply.Field.entries + 4)
        for (index, price) in prices.enumerated() where fits {
            let place = start + index * Price.bytes
            set(UInt32(index), at: place + Price.line)
            set(price.ruleCount, at: place + Price.ruleCount)
            set(price.unitPriceMinor, at: place + Price.unitPriceMinor)
            for rule in 0..<Int(price.ruleCount) {
                guard let word = words.index(of: price.rule(rule)) else { return overflow() }
                set(UInt16(word), at: place + Price.rules + 2 * rule)
            }
        }
    }

    fileprivate mutating func append(
        _ items: UnsafeMutableBufferPointer<ItemAnswer>,
        _ words: inout RingWords
    ) {
        typealias Item = RingReply.Item
        let start = reserve(items.count * Item.bytes)
        set(UInt32(start), at: RingReply.Field.entries)
        set(UInt32(items.count), at: RingReply.Field.entries + 4)
        for (index, item) in items.enumerated() where fits {
            let place = start + index * Item.bytes
            guard let word = words.index(of: item.reason) else { return overflow() }
            set(item.productRow, at: place + Item.productRow)
            set(item.score, at: place + Item.score)
            set(UInt32(word), at: place + Item.reason)
        }
    }

    fileprivate mutating func append(_ words: RingWords) {
        let start = reserve(words.count * RingReply.wordBytes)
        set(UInt32(start), at: RingReply.Field.words)
        set(UInt32(words.count), at: RingReply.Field.words + 4)
        for index in 0..<words.count where fits {
            append(
                UnsafeRawBufferPointer(words[index]),
                namedAt: start + index * RingReply.wordBytes
            )
        }
    }

    private mutating func overflow() { fits = false }
}

/// The different words of one reply, each told once.
struct RingWords {
    private var words: [sluice_bytes] = []

    var count: Int { words.count }

    subscript(index: Int) -> sluice_bytes { words[index] }

    /// The word's number, new or known; nil past the limit.
    mutating func index(of word: sluice_bytes) -> Int? {
        if let known = words.firstIndex(where: { $0.isEqual(to: word) }) { return known }
        guard words.count < Limits.ringWordsMax else { return nil }
        words.append(word)
        return words.count - 1
    }
}

extension sluice_bytes {
    fileprivate func isEqual(to other: sluice_bytes) -> Bool {
        guard size == other.size else { return false }
        if data == other.data { return true }
        return UnsafeRawBufferPointer(self).elementsEqual(UnsafeRawBufferPointer(other))
    }
}

extension PriceAnswer {
    func rule(_ index: Int) -> sluice_bytes {
        switch index {
        case 0: rules.0
        case 1: rules.1
        case 2: rules.2
        default: rules.3
        }
    }
}

extension UnsafeRawBufferPointer {
    init(_ bytes: sluice_bytes) {
        self.init(start: bytes.data, count: bytes.data == nil ? 0 : Int(bytes.size))
    }
}
