// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A column of the kit's snapshot: the well-known ones, which every built snapshot has.
struct SyntheticColumn {
    let name: String
    let type: Int
    var elementSize = 0

    /// Bytes in the row: a value, or a span into the heap.
    var size: Int { type == SLUICE_COLUMN_F32 || type == SLUICE_COLUMN_U32 ? 4 : 8 }

    static let product: [SyntheticColumn] =
        i64([
            "list_price", "last_price", "price_minimum", "price_maximum", "last_sold", "units_7d",
            "units_28d", "units_90d", "orders_7d", "orders_28d", "orders_90d", "customers",
        ]) + text(["key", "title"]) + [
            SyntheticColumn(
                name: "price_tiers",
                type: SLUICE_COLUMN_LIST,
                elementSize: MemoryLayout<sluice_price_tier>.stride
            ),
            SyntheticColumn(
                name: "neighbours",
                type: SLUICE_COLUMN_LIST,
                elementSize: MemoryLayout<sluice_neighbour>.stride
            ),
        ] + f32(["return_rate"] + (1...9).map { "price_d\($0)0" }) + u32(["listed"])

    static let customer: [SyntheticColumn] =
        i64(["orders", "units", "spend", "last_order"]) + text(["key"])
        + f32(["recency_days"]) + u32(["kind", "country"])

    private static func i64(_ names: [String]) -> [SyntheticColumn] {
        names.map { SyntheticColumn(name: $0, type: SLUICE_COLUMN_I64) }
    }

    private static func f32(_ names: [String]) -> [SyntheticColumn] {
        names.map { SyntheticColumn(name: $0, type: SLUICE_COLUMN_F32) }
    }

    private static func u32(_ names: [String]) -> [SyntheticColumn] {
        names.map { SyntheticColumn(name: $0, type: SLUICE_COLUMN_U32) }
    }

    private static func text(_ names: [String]) -> [SyntheticColumn] {
        names.map { SyntheticColumn(name: $0, type: SLUICE_COLUMN_TEXT) }
    }
}
