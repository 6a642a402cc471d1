// SPDX-License-Identifier: Apache-2.0

import CSluice
import FeatureSnapshots
import Foundation
import Testing

@testable import SnapshotBuilder

/// Compares every row of the demo's snapshot with features reckoned the plain way.
@Suite struct DemoReferenceTests {
    private static let demo = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config/demo")

    @Test func everyRowOfTheDemoAgreesWithThePlainReckoning() throws {
        let folder = try TemporaryFolder()
        let report = try SnapshotBuild.run(source: try subsetSource(folder), store: folder.store)
        let snapshot = try folder.store.open(report.snapshot)
        let subset = Self.demo.appendingPathComponent("online_retail_subset.csv.gz").path
        let reference = try ReferenceHistory(gzipped: subset)
        #expect(report.sales == reference.sales.count)
        #expect(report.refunds == reference.refunds.count)
        #expect(report.rowsRead == reference.rowsRead)
        try compareProducts(snapshot, reference)
        try compareCustomers(snapshot, reference)
        try compareNeighbours(snapshot, reference)
    }

    @Test func theDemosFeaturesAreTheDefaults() throws {
        let path = Self.demo.appendingPathComponent("source.yaml").path
        #expect(try SnapshotSourceFile.read(path).features == FeatureRules())
    }

    @Test func everyColumnIsDocumented() throws {
        let folder = try TemporaryFolder()
        let (_, snapshot) = try build(header + "1,P,Mug,1,2011-01-01,2,7,UK\n", in: folder)
        let page = Self.demo.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/FEATURES.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for column in snapshot.schema.entities.flatMap(\.columns) {
            #expect(text.contains("`\(column.name)`"), "\(column.name)")
        }
    }

    /// The demo's source file, reading the subset wherever the whole file may be.
    private func subsetSource(_ folder: TemporaryFolder) throws -> String {
        let text = try String(
            contentsOf: Self.demo.appendingPathComponent("source.yaml"),
            encoding: .utf8
        )
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("../shared/") }
        let subset = Self.demo.appendingPathComponent("online_retail_subset.csv.gz").path
        let source = lines.joined(separator: "\n")
            .replacingOccurrences(of: "- online_retail_subset.csv.gz", with: "- \(subset)")
        return try folder.write(source, to: "source.yaml")
    }

    private func compareProducts(_ snapshot: FeatureSnapshot, _ reference: ReferenceHistory) throws
    {
        let sales = Dictionary(grouping: reference.sales, by: \.product)
        let refunds = Dictionary(grouping: reference.refunds, by: \.product)
        let entity = try #require(snapshot.entity(named: "product"))
        #expect(Int(snapshot.view.pointee.entities[entity].row_count) == sales.count)
        for (product, sales) in sales {
            let row = try #require(try NamedRow(snapshot, "product", key: product))
            let expected = ReferenceProduct(
                sales,
                refunds[product] ?? [],
                asOf: reference.asOf,
                kinds: reference.kinds
            )
            for (column, value) in expected.integers {
                #expect(row.i64(column) == value, "\(product).\(column)")
            }
            for (column, value) in expected.floats {
                #expect(row.f32(column) == value, "\(product).\(column)")
            }
            #expect(row.text("title") == expected.title, "\(product)")
            #expect(row.u32("listed") == expected.listed, "\(product)")
            #expect(
                row.tiers.map {
                    [Int64($0.customer_kind), Int64($0.quantity_minimum), $0.unit_price_minor]
                }
                    == expected.tiers,
                "\(product)"
            )
        }
    }

    private func compareCustomers(_ snapshot: FeatureSnapshot, _ reference: ReferenceHistory) throws
    {
        let sales = Dictionary(
            grouping: reference.sales.filter { !$0.customer.isEmpty },
            by: \.customer
        )
        let refunds = Dictionary(grouping: reference.refunds, by: \.customer)
        let entity = try #require(snapshot.entity(named: "customer"))
        #expect(Int(snapshot.view.pointee.entities[entity].row_count) == sales.count)
        for (customer, sales) in sales {
            let row = try #require(try NamedRow(snapshot, "customer", key: customer))
            let back = refunds[customer] ?? []
            let last = sales.map(\.time).max() ?? 0
            #expect(row.i64("orders") == Int64(Set(sales.map(\.order)).count))
            #expect(
                row.i64("units") == ReferenceHistory.units(sales) - ReferenceHistory.units(back)
            )
            #expect(
                row.i64("spend") == ReferenceHistory.value(sales) - ReferenceHistory.value(back)
            )
            #expect(row.i64("last_order") == last)
            #expect(row.f32("recency_days") == Float(Double(reference.asOf - last) / 86_400))
            #expect(row.word("kind") == (reference.kinds[customer] == 3 ? "wholesale" : "retail"))
            #expect(row.word("country") == sales.last { $0.time == last }?.country)
        }
    }

    /// Neighbours of every fortieth product: the plain way looks through all baskets for each.
    private func compareNeighbours(_ snapshot: FeatureSnapshot, _ reference: ReferenceHistory)
        throws
    {
        let products = Set(reference.sales.map(\.product))
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let rows = Dictionary(uniqueKeysWithValues: zip(products, UInt32(0)...))
        for product in stride(from: 0, to: products.count, by: 40).map({ products[$0] }) {
            let row = try #require(try NamedRow(snapshot, "product", key: product))
            let expected = reference.similarities(to: product)
            let found = row.neighbours
            #expect(found.count == min(50, expected.count))
            let heaviest = expected.values.sorted(by: >).prefix(50)
            for (neighbour, weight) in zip(found, heaviest) {
                let own = expected[products[Int(neighbour.product_row)]]
                // Weights are sums of Float; equal ones may stand in either order.
                #expect(abs(Double(neighbour.weight) - weight) < 1e-4 * weight)
                #expect(abs(Double(neighbour.weight) - (own ?? -1)) < 1e-4 * weight, "\(product)")
            }
            #expect(rows[product] != nil)
        }
    }
}
