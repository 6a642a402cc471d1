// SPDX-License-Identifier: Apache-2.0
import CSluice

/// One table of the kit's snapshot, laid out as sluice_plugin.h says.
struct SyntheticEntity {
    let name: String
    let rowCount: Int
    let columns: [SyntheticColumn]
    /// Bytes from the start of a row: the 8-byte columns come first, so every one is aligned.
    let offsets: [Int]
    let stride: Int
    private(set) var rows: [UInt8]
    private(set) var heap: [UInt8] = []

    /// The values of a row, made from its number alone.
    static let listPriceMinor: Int64 = 1_000
    static let tiersPerProduct = 3
    static let neighboursPerProduct = 5

    init(name: String, rowCount: Int, columns: [SyntheticColumn]) {
        self.name = name
        self.rowCount = rowCount
        self.columns = columns
        var end = MemoryLayout<sluice_row_header>.size
        offsets = columns.map { column in
            defer { end += column.size }
            return end
        }
        stride = (end + 63) / 64 * 64
        rows = [UInt8](repeating: 0, count: rowCount * stride)
        for row in 0..<rowCount { fill(row) }
    }

    func key(_ row: Int) -> String { "\(name.uppercased().prefix(1))\(10_000 + row)" }

    private mutating func fill(_ row: Int) {
        let key = key(row)
        let header = sluice_row_header(
            key_check: Self.hash(key),
            version: 1,
            key_size: UInt32(key.utf8.count),
            null_bits: 0
        )
        store(header, at: row * stride)
        for (index, column) in columns.enumerated() {
            let place = row * stride + offsets[index]
            switch column.type {
            case SLUICE_COLUMN_I64: store(integer(column.name, row), at: place)
            case SLUICE_COLUMN_F32: store(Float(row % 10) * 100, at: place)
            case SLUICE_COLUMN_U32: store(code(column.name, row), at: place)
            default: store(span(column, row), at: place)
            }
        }
    }

    private func integer(_ column: String, _ row: Int) -> Int64 {
        column.contains("price") ? Self.listPriceMinor + Int64(row) : Int64(row % 50)
    }

    private func code(_ column: String, _ row: Int) -> UInt32 {
        column == "kind" ? 1 + UInt32(row % 3) : 1
    }

    private mutating func span(_ column: SyntheticColumn, _ row: Int) -> sluice_span {
        switch column.name {
        case "price_tiers":
            append(
                (0..<Self.tiersPerProduct).map { tier in
                    let price = integer("list_price", row) - Int64(tier * 50)
                    return sluice_price_tier(
                        customer_kind: 0,
                        quantity_minimum: UInt32(1 + tier * 6),
                        unit_price_minor: price
                    )
                }
            )
        case "neighbours":
            append(
                (1...Self.neighboursPerProduct).map { rank in
                    let other = UInt32((row + rank) % rowCount)
                    return sluice_neighbour(product_row: other, weight: 1 / Float(rank))
                }
            )
        case "key": append(Array(key(row).utf8))
        default: append(Array("\(column.name) of \(key(row))".utf8))
        }
    }

    private mutating func append<Element>(_ elements: [Element]) -> sluice_span {
        heap += [UInt8](repeating: 0, count: (8 - heap.count % 8) % 8)
        let span = sluice_span(offset: UInt32(heap.count), count: UInt32(elements.count))
        elements.withUnsafeBytes { heap += $0 }
        return span
    }

    private mutating func store<Value>(_ value: Value, at place: Int) {
        rows.withUnsafeMutableBytes { row in
            withUnsafeBytes(of: value) { value in
                UnsafeMutableRawBufferPointer(rebasing: row[place..<place + value.count])
                    .copyMemory(from: value)
            }
        }
    }

    /// FNV-1a 64, as the row header has it.
    private static func hash(_ key: String) -> UInt64 {
        key.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
