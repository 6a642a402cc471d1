// SPDX-License-Identifier: Apache-2.0

/// Numbers orders and finds rows that repeat within one.
///
/// The rows of an order are expected together, as exports write them: an order that comes back after
/// another one began counts as a new order.
struct OrderTracker {
    /// Number of the current order; -1 before the first.
    private(set) var number = -1
    private(set) var kind = HistoryRules.OrderKind.purchase
    private var name: [UInt8] = []
    private var lines: [HistoryLine] = []
    private var lastOrder: [Int] = []

    /// Begins a new order when `order` is another than the current one.
    mutating func enter(_ order: UnsafeRawBufferPointer, rules: HistoryRules) {
        if number >= 0, FieldText.equal(order, name) { return }
        number += 1
        kind = rules.kind(ofOrder: order)
        name.removeAll(keepingCapacity: true)
        name.append(contentsOf: order)
        lines.removeAll(keepingCapacity: true)
    }

    /// Whether the order had the same line before; remembers it otherwise.
    mutating func isRepeat(_ line: HistoryLine) -> Bool {
        while lastOrder.count <= line.product { lastOrder.append(-1) }
        if lastOrder[line.product] == number, lines.contains(line) { return true }
        lastOrder[line.product] = number
        if lines.count < Limits.orderLinesMaximum { lines.append(line) }
        return false
    }
}
