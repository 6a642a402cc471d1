// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A call as it lies in a ring, for the worker.
package struct RingRequest {
    enum Field {
        static let binding = 16
        static let deadline = 24
        static let unixMilliseconds = 32
        static let customerRow = 40
        static let currencyDigits = 44
        static let shop = 48
        static let currency = 56
        static let unit = 64
        /// Price: the lines. Recommend: nothing.
        static let lines = 72
        static let intent = 80
        static let limit = 84
        static let focusRow = 88
        static let productCount = 92
        static let sessionRows = 96
        static let cartRows = 104
        static let excludeRows = 112
        static let candidateRows = 120
        static let hasCandidates = 128
        static let bytes = 136
    }

    /// One line of a cart.
    enum Line {
        static let productRow = 0
        static let quantity = 8
        static let variant = 16
        static let bytes = 24
    }

    let isPrice: Bool
    let generation: UInt64
    let binding: UInt64
    let deadlineNanoseconds: UInt64
    let unixMilliseconds: Int64
    let customerRow: UInt32
    let currencyDigits: UInt32
    let shop: UnsafeRawBufferPointer
    let currency: UnsafeRawBufferPointer
    let unit: UnsafeRawBufferPointer
    let lines: UnsafeRawBufferPointer
    let intent: UInt32
    let limit: Int
    let focusRow: UInt32
    let productCount: Int
    let sessionRows: UnsafeRawBufferPointer
    let cartRows: UnsafeRawBufferPointer
    let excludeRows: UnsafeRawBufferPointer
    /// Nil: the whole catalogue.
    let candidateRows: UnsafeRawBufferPointer?
    private let message: UnsafeRawBufferPointer

    /// Lines of the cart.
    package var lineCount: Int { lines.count / Line.bytes }

    init(_ bytes: UnsafeRawBufferPointer, isPrice: Bool) throws(RingError) {
        guard bytes.count >= Field.bytes else { throw .truncated }
        message = bytes
        self.isPrice = isPrice
        generation = bytes.double(at: RingMessage.Head.generation)
        binding = bytes.double(at: Field.binding)
        deadlineNanoseconds = bytes.double(at: Field.deadline)
        unixMilliseconds = Int64(bitPattern: bytes.double(at: Field.unixMilliseconds))
        customerRow = bytes.word(at: Field.customerRow)
        currencyDigits = bytes.word(at: Field.currencyDigits)
        let text = Limits.ringRequestBytes
        shop = try bytes.part(at: Field.shop, stride: 1, countMax: text)
        currency = try bytes.part(at: Field.currency, stride: 1, countMax: text)
        unit = try bytes.part(at: Field.unit, stride: 1, countMax: text)
        lines = try bytes.part(
            at: Field.lines,
            stride: Line.bytes,
            countMax: Limits.ringEntriesMax
        )
        intent = bytes.word(at: Field.intent)
        limit = Int(bytes.word(at: Field.limit))
        focusRow = bytes.word(at: Field.focusRow)
        productCount = Int(bytes.word(at: Field.productCount))
        sessionRows = try Self.rows(bytes, Field.sessionRows)
        cartRows = try Self.rows(bytes, Field.cartRows)
        excludeRows = try Self.rows(bytes, Field.excludeRows)
        let candidates = try Self.rows(bytes, Field.candidateRows)
        candidateRows = bytes.word(at: Field.hasCandidates) == 0 ? nil : candidates
        guard limit <= Limits.ringEntriesMax else { throw .tooMany }
        try checkLines()
    }

    /// The line of that index, below `lineCount`.
    func line(_ index: Int) -> sluice_price_line {
        let start = index * Line.bytes
        // Checked by `checkLines`.
        let variant = lines.double(at: start + Line.variant)
        let offset = Int(variant & UInt64(UInt32.max))
        return sluice_price_line(
            struct_size: UInt32(MemoryLayout<sluice_price_line>.size),
            product_row: lines.word(at: start + Line.productRow),
            quantity: Int64(bitPattern: lines.double(at: start + Line.quantity)),
            variant_id: sluice_bytes(
                UnsafeRawBufferPointer(rebasing: message[offset..<offset + Int(variant >> 32)])
            )
        )
    }

    private func checkLines() throws(RingError) {
        for index in 0..<lineCount {
            let place = index * Line.bytes
            let quantity = Int64(bitPattern: lines.double(at: place + Line.quantity))
            guard quantity > 0 else { throw .invalidValue }
            let offset = Int(lines.word(at: place + Line.variant))
            let size = Int(lines.word(at: place + Line.variant + 4))
            guard offset <= message.count, size <= message.count - offset else {
                throw .outOfBounds
            }
        }
    }

    private static func rows(
        _ bytes: UnsafeRawBufferPointer,
        _ place: Int
    ) throws(RingError) -> UnsafeRawBufferPointer {
        let rows = try bytes.part(at: place, stride: 4, countMax: Limits.ringRowsMax)
        guard rows.isEmpty || UInt(bitPattern: rows.baseAddress) % 4 == 0 else {
            throw .outOfBounds
        }
        return rows
    }
}

extension sluice_bytes {
    /// The bytes as the C tables have them; no pointer when there are none.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(
            data: bytes.isEmpty ? nil : bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            size: UInt64(bytes.count)
        )
    }
}
