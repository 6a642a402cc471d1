// SPDX-License-Identifier: Apache-2.0

import CSluice
import FeatureSnapshots
import Foundation
import Testing
import YAMLDecoding

@testable import SnapshotBuilder

/// A history small enough to reckon by hand; its last line is at noon of 2011-06-30, London time.
private let history =
    header + """
        1,MUG,Mug ,1,2011-01-10 10:00:00,4.00,7.0,France
        1,CUP,Cup,2,2011-01-10 10:00:00,3.00,7.0,France
        1,MUG,Mug ,1,2011-01-10 10:00:00,4.00,7.0,France
        2,mug,MUG,10,2011-06-10 12:00:00,2.50,8.0,United Kingdom
        2,CUP,Cup,1,2011-06-10 12:00:00,3.20,8.0,United Kingdom
        3,MUG,MUG,2,2011-06-20 12:00:00,3.50,,Spain
        4,MUG,MUG,1,2011-06-25 12:00:00,3.50,7.0,Germany
        4,OLD,Old,1,2011-01-25 12:00:00,9.99,7.0,Germany
        C5,MUG,MUG,-4,2011-06-26 12:00:00,2.50,8.0,United Kingdom
        6,POST,Postage,1,2011-06-26 12:00:00,5.00,8.0,United Kingdom
        7,MUG,broken,-3,2011-06-27 12:00:00,0,,United Kingdom
        8,CUP,Cup,20,2011-06-30 12:00:00,2.80,8.0,United Kingdom
        8,MUG,MUG,12,2011-06-30 12:00:00,2.40,8.0,United Kingdom

        """

private let features = """
    kinds: { wholesale: { units_per_order: 20, orders: 2 } }
    features:
      tiers: { quantities: [1, 10], support: 1, days: 90 }
      neighbours: { maximum: 50, shrinkage: 1, half_life_days: 3650, basket_maximum: 100 }
    """

@Suite struct SnapshotBuildTests {
    @Test func productFeaturesAreThoseReckonedByHand() throws {
        let folder = try TemporaryFolder()
        let (_, snapshot) = try build(history, features: features, in: folder)
        let mug = try #require(try NamedRow(snapshot, "product", key: "MUG"))
        #expect(mug.text("key") == "MUG")
        #expect(mug.text("title") == "MUG")
        // Within 28 days: 2.40, 2.50, 3.50, 3.50. The lower median was charged.
        #expect(mug.i64("list_price") == 250)
        #expect(mug.i64("last_price") == 240)
        #expect(mug.i64("price_minimum") == 240)
        #expect(mug.i64("price_maximum") == 400)
        #expect(mug.f32("price_d10") == 240)
        #expect(mug.f32("price_d90") == 400)
        #expect(mug.i64("last_sold") == 1_309_431_600)
        #expect(mug.i64("customers") == 2)
        // Orders 4, 8 and the return 5; before them also 2 and 3.
        #expect(mug.i64("units_7d") == 9)
        #expect(mug.i64("units_28d") == 21)
        #expect(mug.i64("orders_7d") == 2)
        #expect(mug.i64("orders_90d") == 4)
        #expect(mug.f32("return_rate") == Float(4.0 / 26.0))
        #expect(mug.u32("listed") == 1)
    }

    @Test func tiersFallWithQuantityForEachKind() throws {
        let folder = try TemporaryFolder()
        let (_, snapshot) = try build(history, features: features, in: folder)
        let mug = try #require(try NamedRow(snapshot, "product", key: "MUG"))
        let tiers = mug.tiers.map {
            [Int64($0.customer_kind), Int64($0.quantity_minimum), $0.unit_price_minor]
        }
        // Customer 8 bought 43 units in 2 orders and is a wholesale one.
        #expect(tiers == [[0, 1, 250], [0, 10, 240], [1, 1, 350], [2, 1, 350], [3, 1, 240]])
    }

    @Test func neighboursArePresentHeaviestFirstAndNeverDelisted() throws {
        let folder = try TemporaryFolder()
        let (_, snapshot) = try build(history, features: features, in: folder)
        let old = try #require(try NamedRow(snapshot, "product", key: "OLD"))
        let mug = try #require(try NamedRow(snapshot, "product", key: "MUG"))
        // Rows go by key: CUP, MUG, OLD.
        #expect(old.u32("listed") == 0)
        #expect(old.neighbours.map(\.product_row) == [1])
        #expect(mug.neighbours.map(\.product_row) == [0])
        // Together in 3 orders, alone in 5 and 3; hardly any decay in half a year.
        #expect(abs(mug.neighbours[0].weight - Float(3 / 15.0.squareRoot() * 3 / 4)) < 0.02)
    }

    @Test func customerFeaturesAreThoseReckonedByHand() throws {
        let folder = try TemporaryFolder()
        let (_, snapshot) = try build(history, features: features, in: folder)
        let retail = try #require(try NamedRow(snapshot, "customer", key: "7"))
        #expect(retail.i64("orders") == 2)
        #expect(retail.i64("units") == 5)
        #expect(retail.i64("spend") == 2349)
        #expect(retail.word("kind") == "retail")
        #expect(retail.word("country") == "Germany")
        #expect(retail.f32("recency_days") == 5)
        let wholesale = try #require(try NamedRow(snapshot, "customer", key: "8"))
        // Net of the return: 4 units at 2.50.
        #expect(wholesale.i64("units") == 39)
        #expect(wholesale.i64("spend") == 10_300)
        #expect(wholesale.i64("last_order") == 1_309_431_600)
        #expect(wholesale.word("kind") == "wholesale")
        #expect(try NamedRow(snapshot, "customer", key: "9") == nil)
    }

    @Test func popularHoldsListedProductsByRecentOrders() throws {
        let folder = try TemporaryFolder()
        let (_, snapshot) = try build(history, features: features, in: folder)
        #expect(popularRows(snapshot) == [1, 0])
    }

    @Test func theReportAccountsForEveryRow() throws {
        let folder = try TemporaryFolder()
        let (report, snapshot) = try build(history, features: features, in: folder)
        let dropped = Dictionary(uniqueKeysWithValues: report.dropped.map { ($0.reason, $0.rows) })
        #expect(report.rowsRead == 13)
        #expect(report.sales == 9)
        #expect(report.refunds == 1)
        #expect(
            dropped.filter { $0.value > 0 } == [.nonProduct: 1, .stockCorrection: 1, .repeated: 1]
        )
        #expect(report.rowsRead == report.sales + report.refunds + dropped.values.reduce(0, +))
        #expect(report.products == 3)
        #expect(report.listedProducts == 2)
        #expect(report.customers == 2)
        #expect(snapshot.manifest.source.rowsRead == 13)
        #expect(snapshot.manifest.source.rowsUsed == 10)
        let table = report.table
        for text in ["rows read", "13", "exact repeat within its order", "2011-06-30T11:00:00Z"] {
            #expect(table.contains(text), "\(text) in \(table)")
        }
        let decoded = try JSONDecoder().decode(BuildReport.self, from: JSONEncoder().encode(report))
        #expect(decoded == report)
    }

    @Test func theSameInputGivesTheSameBytesWhateverItsForm() throws {
        let folder = try TemporaryFolder()
        let plain = try build(history, features: features, in: folder)
        let packed = try TemporaryFolder()
        try packed.write(gzip(Array(history.utf8)), to: "orders.csv.gz")
        let source = try packed.write(
            sourceText(input: "missing.csv, orders.csv.gz", features: features),
            to: "source.yaml"
        )
        let again = try SnapshotBuild.run(source: source, store: packed.store)
        let lines = try build(
            jsonLines(history),
            named: "orders.jsonl",
            features: features,
            in: folder
        )
        let data = try dataFile(folder, plain.report)
        #expect(try dataFile(packed, again) == data)
        #expect(try dataFile(folder, lines.report) == data)
    }

    @Test func progressNeverGoesBackAndEndsWithWriting() throws {
        let folder = try TemporaryFolder()
        try folder.write(history, to: "orders.csv")
        let source = try folder.write(sourceText(input: "orders.csv"), to: "source.yaml")
        var seen: [BuildProgress] = []
        _ = try SnapshotBuild.run(source: source, store: folder.store) { seen.append($0) }
        #expect(seen.map(\.phase) == [.survey, .features, .writing])
        #expect(seen.allSatisfy { $0.rows == 13 })
        #expect(seen.prefix(2).allSatisfy { $0.bytesRead == history.utf8.count })
    }

    private func popularRows(_ snapshot: FeatureSnapshot) -> [UInt32] {
        Array("popular".utf8).withUnsafeBytes { name in
            let blob = snapshot.blob(
                sluice_bytes(
                    data: name.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    size: UInt64(name.count)
                )
            )
            let bytes = UnsafeRawBufferPointer(start: blob.data, count: Int(blob.size))
            return Array(bytes.bindMemory(to: UInt32.self))
        }
    }

    private func dataFile(_ folder: TemporaryFolder, _ report: BuildReport) throws -> Data {
        try Data(
            contentsOf: URL(fileURLWithPath: "\(folder.path)/store/\(report.snapshot)/data.mdb")
        )
    }

    /// The rows of simple CSV text as JSON objects, numbers as numbers.
    private func jsonLines(_ csv: String) -> String {
        let rows = csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        return rows.dropFirst().map { row in
            let members = zip(rows[0], row).map { name, value in
                let isNumber = name == "quantity" || name == "unit_price"
                return isNumber ? "\"\(name)\":\(value)" : "\"\(name)\":\"\(value)\""
            }
            return "{" + members.joined(separator: ",") + "}\n"
        }.joined()
    }
}
