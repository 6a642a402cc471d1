// SPDX-License-Identifier: Apache-2.0

/// The orders of a store's history, for whoever wants to place ones like them.
package struct OrderHistory: Sendable {
    /// One line of an order.
    package struct Line: Hashable, Sendable {
        /// Position among the products.
        package let product: Int
        /// Units that were bought, at least 1.
        package let quantity: Int
    }

    /// Orders that are kept: the first ones; thousands tell how large carts are.
    package static let ordersMaximum = 50_000

    /// Keys of the products, in the order they first come.
    package let products: [String]
    /// The sales of each order, each product once; none without lines.
    package let orders: [[Line]]

    /// Reads the history that a source file of `sluice snapshot build` names.
    ///
    /// - Throws: `DiagnosticReport` for the source file, `BuildError` for the input.
    package static func read(source: String) throws -> OrderHistory {
        let file = try SnapshotSourceFile.read(source)
        var history = HistoryReader(file.history)
        var collector = OrderCollector()
        _ = try InputFile(file).read(.survey, &history, into: &collector) { _ in }
        let names = history.products
        return OrderHistory(
            products: (0..<names.count).map { String(decoding: names.key($0), as: UTF8.self) },
            orders: collector.orders.filter { !$0.isEmpty }
        )
    }
}

/// Collects the sales of each order.
private struct OrderCollector: HistoryVisitor {
    private(set) var orders: [[OrderHistory.Line]] = []

    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    ) {
        guard line.kind == .sale, line.order < OrderHistory.ordersMaximum else { return }
        while orders.count <= line.order { orders.append([]) }
        guard !orders[line.order].contains(where: { $0.product == line.product }) else { return }
        let quantity = Int(clamping: line.quantity)
        orders[line.order].append(OrderHistory.Line(product: line.product, quantity: quantity))
    }
}
