// SPDX-License-Identifier: Apache-2.0
import CSluice

/// How a call ended, as a worker says it.
///
/// Its shape is checked; its prices, rows, scores and words are not: the host answers them into the
/// call through the same checks as a handler in its own process.
package struct RingReply {
    enum Field {
        static let status = 16
        /// 0 for none, else a `ReplyFault` plus one.
        static let fault = 20
        static let entries = 24
        static let words = 32
        static let message = 40
        static let bytes = 48
    }

    /// The price of one line.
    enum Price {
        static let line = 0
        static let ruleCount = 4
        static let unitPriceMinor = 8
        static let rules = 16
        static let bytes = 24
    }

    /// One recommended product.
    enum Item {
        static let productRow = 0
        static let score = 4
        static let reason = 8
        static let bytes = 12
    }

    /// A rule or reason, by where it lies.
    static let wordBytes = 8

    let isPrice: Bool
    let generation: UInt64
    let status: HandlerStatus
    let fault: ReplyFault?
    let entries: UnsafeRawBufferPointer
    /// What the handler said about an error.
    let message: UnsafeRawBufferPointer
    private let words: UnsafeRawBufferPointer
    private let bytes: UnsafeRawBufferPointer

    /// Prices or items.
    package var entryCount: Int { entries.count / (isPrice ? Price.bytes : Item.bytes) }
    /// Different rules or reasons.
    package var wordCount: Int { words.count / Self.wordBytes }

    init(_ bytes: UnsafeRawBufferPointer, isPrice: Bool) throws(RingError) {
        guard bytes.count >= Field.bytes else { throw .truncated }
        self.bytes = bytes
        self.isPrice = isPrice
        generation = bytes.double(at: RingMessage.Head.generation)
        status = HandlerStatus(rawValue: Int32(bitPattern: bytes.word(at: Field.status)))
        guard status != .pending else { throw .invalidValue }
        fault = try Self.fault(bytes.word(at: Field.fault))
        entries = try bytes.part(
            at: Field.entries,
            stride: isPrice ? Price.bytes : Item.bytes,
            countMax: Limits.ringEntriesMax
        )
        words = try bytes.part(
            at: Field.words,
            stride: Self.wordBytes,
            countMax: Limits.ringWordsMax
        )
        message = try bytes.part(
            at: Field.message,
            stride: 1,
            countMax: Limits.workerTextBytes
        )
        for index in 0..<wordCount { _ = try word(index) }
        try checkEntries()
    }

    /// The word of that index, below `wordCount`.
    func word(_ index: Int) throws(RingError) -> UnsafeRawBufferPointer {
        let whole = bytes
        let offset = Int(words.word(at: index * Self.wordBytes))
        let size = Int(words.word(at: index * Self.wordBytes + 4))
        guard size <= Limits.wordBytesMax else { throw .tooMany }
        guard offset <= whole.count, size <= whole.count - offset else { throw .outOfBounds }
        return UnsafeRawBufferPointer(rebasing: whole[offset..<offset + size])
    }

    private func checkEntries() throws(RingError) {
        for index in 0..<entryCount {
            if isPrice {
                let start = index * Price.bytes
                let count = Int(entries.word(at: start + Price.ruleCount))
                guard count <= SLUICE_RULES_MAX else { throw .tooMany }
                for rule in 0..<count where ruleIndex(index, rule) >= wordCount {
                    throw .invalidValue
                }
            } else {
                guard reasonIndex(index) < wordCount else { throw .invalidValue }
            }
        }
    }

    func ruleIndex(_ entry: Int, _ rule: Int) -> Int {
        let place = entry * Price.bytes + Price.rules + 2 * rule
        return Int(entries.loadUnaligned(fromByteOffset: place, as: UInt16.self))
    }

    func reasonIndex(_ entry: Int) -> Int {
        Int(entries.word(at: entry * Item.bytes + Item.reason))
    }

    private static func fault(_ code: UInt32) throws(RingError) -> ReplyFault? {
        guard code > 0 else { return nil }
        guard let raw = UInt8(exactly: code - 1), let fault = ReplyFault(rawValue: raw) else {
            throw .invalidValue
        }
        return fault
    }
}
