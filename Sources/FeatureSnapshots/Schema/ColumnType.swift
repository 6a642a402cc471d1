// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What one column of a row holds; the cases are the `SLUICE_COLUMN_…` types of the plugin ABI.
package enum ColumnType: String, Codable, Hashable, Sendable, CaseIterable {
    /// `Int64`: counts, Unix seconds, money in minor units.
    case i64
    /// `Float`: absent is NaN.
    case f32
    /// `UInt32`: codes of a vocabulary, row numbers.
    case u32
    /// UTF-8 bytes in the entity's heap.
    case text
    /// Elements of a fixed size in the entity's heap.
    case list

    /// The type's number in the plugin ABI.
    package var abiCode: UInt32 {
        switch self {
        case .i64: UInt32(SLUICE_COLUMN_I64)
        case .f32: UInt32(SLUICE_COLUMN_F32)
        case .u32: UInt32(SLUICE_COLUMN_U32)
        case .text: UInt32(SLUICE_COLUMN_TEXT)
        case .list: UInt32(SLUICE_COLUMN_LIST)
        }
    }

    /// Bytes the column takes in a row.
    package var slotSize: Int {
        switch self {
        case .i64, .text, .list: 8
        case .f32, .u32: 4
        }
    }

    /// The order of the types in a row: wide slots first, so that each slot is naturally aligned.
    static let packingOrder: [[ColumnType]] = [[.i64], [.text, .list], [.f32], [.u32]]
}
