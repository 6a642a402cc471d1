// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The product rows of a snapshot as the gateway itself reads them, column offsets resolved.
///
/// Lifetime: that of the snapshot. Complexity: every read is one or two loads from the map.
package struct ProductTable: @unchecked Sendable {  // the map is immutable
    /// A column a snapshot must have to serve prices or recommendations, and has not.
    package struct MissingColumn: Error {
        /// Entity and column, such as `product.list_price`.
        package let name: String
    }

    /// Products in the snapshot; row numbers are below it.
    package let rowCount: Int

    private let rows: UnsafeRawPointer
    private let stride: Int
    private let heap: UnsafeRawBufferPointer
    private let listPrice: Column
    private let lastPrice: Column
    private let key: Column
    private let title: Column

    private struct Column {
        let offset: Int
        let nullMask: UInt64
    }

    init(_ entity: UnsafePointer<sluice_entity>) throws(MissingColumn) {
        guard let rows = entity.pointee.rows else { throw MissingColumn(name: "product") }
        self.rows = UnsafeRawPointer(rows)
        rowCount = Int(entity.pointee.row_count)
        stride = Int(entity.pointee.row_stride)
        heap = UnsafeRawBufferPointer(entity.pointee.heap)
        listPrice = try Self.column("list_price", SLUICE_COLUMN_I64, of: entity)
        lastPrice = try Self.column("last_price", SLUICE_COLUMN_I64, of: entity)
        key = try Self.column("key", SLUICE_COLUMN_TEXT, of: entity)
        title = try Self.column("title", SLUICE_COLUMN_TEXT, of: entity)
    }

    private static func column<Kind: BinaryInteger>(
        _ name: StaticString,
        _ type: Kind,
        of entity: UnsafePointer<sluice_entity>
    ) throws(MissingColumn) -> Column {
        for index in 0..<Int(entity.pointee.column_count) {
            let column = entity.column(at: index).pointee
            if UnsafeRawBufferPointer(column.name).isEqual(to: name), column.type == type {
                return Column(offset: Int(column.offset), nullMask: 1 << UInt64(column.null_bit))
            }
        }
        throw MissingColumn(name: "product.\(name)")
    }

    /// The list price in minor units; nil when the product has none above zero.
    package func listPriceMinor(_ row: UInt32) -> Int64? {
        positive(listPrice, row)
    }

    /// The price of the last sale in minor units; nil when there is none above zero.
    package func lastPriceMinor(_ row: UInt32) -> Int64? {
        positive(lastPrice, row)
    }

    /// The product's id as the store writes it.
    package func key(_ row: UInt32) -> UnsafeRawBufferPointer {
        text(key, row)
    }

    /// The product's title.
    package func title(_ row: UInt32) -> UnsafeRawBufferPointer {
        text(title, row)
    }

    @inline(__always)
    private func positive(_ column: Column, _ row: UInt32) -> Int64? {
        let base = rows + Int(row) &* stride
        let nullBits = base.load(fromByteOffset: Self.nullBitsOffset, as: UInt64.self)
        let value = base.load(fromByteOffset: column.offset, as: Int64.self)
        return nullBits & column.nullMask == 0 && value > 0 ? value : nil
    }

    private func text(_ column: Column, _ row: UInt32) -> UnsafeRawBufferPointer {
        let span = (rows + Int(row) &* stride).load(
            fromByteOffset: column.offset,
            as: sluice_span.self
        )
        let start = Int(span.offset)
        return UnsafeRawBufferPointer(rebasing: heap[start..<start + Int(span.count)])
    }

    private static let nullBitsOffset =
        MemoryLayout<sluice_row_header>.offset(of: \.null_bits) ?? 16
}

/// The kind of each customer, as the price tiers name it.
package struct CustomerKinds: @unchecked Sendable {  // the map is immutable
    private let rows: UnsafeRawPointer?
    private let stride: Int
    private let offset: Int

    /// The kind of everyone the snapshot does not know.
    static let unknown: UInt32 = 0

    init(_ entity: UnsafePointer<sluice_entity>?) {
        var offset: Int?
        for index in 0..<Int(entity?.pointee.column_count ?? 0) {
            guard let column = entity?.column(at: index).pointee else { break }
            if UnsafeRawBufferPointer(column.name).isEqual(to: "kind"),
                column.type == UInt32(SLUICE_COLUMN_U32)
            {
                offset = Int(column.offset)
            }
        }
        rows = offset == nil ? nil : UnsafeRawPointer(entity?.pointee.rows)
        stride = Int(entity?.pointee.row_stride ?? 0)
        self.offset = offset ?? 0
    }

    /// The kind code of a customer row; `unknown` for `SLUICE_NO_ROW`.
    func kind(of row: UInt32) -> UInt32 {
        guard let rows, row != UInt32.max else { return Self.unknown }
        return rows.load(fromByteOffset: Int(row) &* stride &+ offset, as: UInt32.self)
    }
}

extension UnsafePointer<sluice_entity> {
    /// The column at an index below `column_count`.
    func column(at index: Int) -> UnsafePointer<sluice_column> {
        let columns = UnsafeRawPointer(pointee.columns).unsafelyUnwrapped
        return (columns + index &* Int(pointee.column_stride))
            .assumingMemoryBound(to: sluice_column.self)
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes a C struct points to.
    package init(_ bytes: sluice_bytes) {
        self.init(start: bytes.data, count: bytes.data == nil ? 0 : Int(bytes.size))
    }
}

extension sluice_bytes {
    /// Points a C struct to bytes that stay as long as it is used.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.init(
            data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            size: UInt64(bytes.count)
        )
    }
}
