// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation

/// Shows column values as people read them: money with its digits, codes as words, rows as keys.
struct ColumnFormatter {
    private let snapshot: FeatureSnapshot
    private let digits: Int

    init(_ snapshot: FeatureSnapshot) {
        self.snapshot = snapshot
        self.digits = snapshot.schema.currencyDigits
    }

    /// The value of a column; nil when it is absent.
    func value(_ view: RowView, _ index: Int, _ column: ColumnSchema) -> String? {
        guard !view.isNull(index) else { return nil }
        switch column.type {
        case .i64: return number(view.i64(index), column.unit)
        case .f32: return String(view.f32(index))
        case .u32: return word(view.u32(index), column.vocabulary)
        case .text: return String(decoding: view.text(index), as: UTF8.self)
        case .list: return "\(view.list(index).count / (column.elementSize ?? 1)) elements"
        }
    }

    /// The elements of a list column, after a line of headings.
    func table(_ view: RowView, _ index: Int, _ column: ColumnSchema) -> [[String]] {
        let elements = view.list(index)
        switch (column.name, column.elementSize) {
        case ("price_tiers", MemoryLayout<sluice_price_tier>.stride):
            return priceTiers(elements.bindMemory(to: sluice_price_tier.self))
        case ("neighbours", MemoryLayout<sluice_neighbour>.stride):
            return neighbours(elements.bindMemory(to: sluice_neighbour.self))
        default:
            return [["bytes"]] + hexLines(elements, size: column.elementSize ?? 1)
        }
    }

    private func number(_ value: Int64, _ unit: ColumnUnit?) -> String {
        switch unit {
        case nil: String(value)
        case .money: "\(Money.text(value, digits: digits)) \(snapshot.schema.currency)"
        case .unixSeconds:
            Date(timeIntervalSince1970: TimeInterval(value)).formatted(.iso8601)
        }
    }

    private func word(_ code: UInt32, _ vocabulary: [String]?) -> String {
        guard let vocabulary, vocabulary.indices.contains(Int(code)) else { return String(code) }
        return vocabulary[Int(code)]
    }

    private func priceTiers(_ tiers: UnsafeBufferPointer<sluice_price_tier>) -> [[String]] {
        let kinds = snapshot.schema.entities.flatMap(\.columns).first { $0.name == "kind" }
        return [["kind", "from quantity", "unit price"]]
            + tiers.map { tier in
                [
                    word(tier.customer_kind, kinds?.vocabulary), String(tier.quantity_minimum),
                    number(tier.unit_price_minor, .money),
                ]
            }
    }

    private func neighbours(_ neighbours: UnsafeBufferPointer<sluice_neighbour>) -> [[String]] {
        [["product", "weight"]]
            + neighbours.map { [productKey($0.product_row), String($0.weight)] }
    }

    /// The product's key, when its rows carry it.
    private func productKey(_ row: UInt32) -> String {
        guard let product = snapshot.entity(named: WellKnown.product),
            let column = snapshot.schema.entities[product].column(named: "key"),
            snapshot.schema.entities[product].columns[column].type == .text
        else { return "row \(row)" }
        let view = RowView(snapshot, entity: product, row: row)
        return String(decoding: view.text(column), as: UTF8.self)
    }

    private func hexLines(_ elements: UnsafeRawBufferPointer, size: Int) -> [[String]] {
        stride(from: 0, to: elements.count, by: size).map { start in
            [elements[start..<start + size].map { hex($0) }.joined(separator: " ")]
        }
    }

    private func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
