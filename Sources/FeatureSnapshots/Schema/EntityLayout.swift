// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Where each column of an entity lies in a row.
///
/// Shape: the 24-byte `sluice_row_header`, then the i64 columns, the text and list spans, the f32
/// columns and the u32 columns, each type in schema order, padded to a multiple of `rowAlignment`.
package struct EntityLayout: Hashable, Sendable {
    /// Rows start at multiples of a cache line.
    package static let rowAlignment = 64

    /// The offset of each column from the start of the row, in schema order; bytes.
    package let offsets: [Int]
    /// The distance between two rows; bytes.
    package let stride: Int

    init(columns: [ColumnSchema]) {
        var offsets = [Int](repeating: 0, count: columns.count)
        var end = MemoryLayout<sluice_row_header>.size
        for types in ColumnType.packingOrder {
            for (index, column) in columns.enumerated() where types.contains(column.type) {
                offsets[index] = end
                end += column.type.slotSize
            }
        }
        self.offsets = offsets
        self.stride = (end + Self.rowAlignment - 1) / Self.rowAlignment * Self.rowAlignment
    }
}
