// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots
import Foundation
import SessionNeighbours

/// Builds a snapshot from a store's order history.
///
/// The input is read twice: features of time and kind need the end of the history and the whole of a
/// customer before the first line can be counted. Memory holds products, customers and their counters,
/// all bounded (`Limits`), never rows. The same input gives the same `data.mdb`, byte for byte.
package enum SnapshotBuild {
    /// Builds a snapshot and leaves it in the store, unpublished.
    ///
    /// - Parameters:
    ///   - source: path of the source file (`config/demo/source.yaml` is the commented example).
    ///   - store: where the snapshot goes.
    ///   - progress: called on the calling thread, some hundred times.
    /// - Returns: what was read, kept and left out.
    /// - Throws: `DiagnosticReport` for the source file, `BuildError` for the input, `SnapshotError`
    ///   for the store.
    package static func run(
        source: String,
        store: SnapshotStore,
        progress: (BuildProgress) -> Void = { _ in }
    ) throws -> BuildReport {
        let file = try SnapshotSourceFile.read(source)
        let input = try InputFile(file)
        var history = HistoryReader(file.history)
        var survey = Survey()
        let tally = try input.read(.survey, &history, into: &survey, progress)
        try check(survey, tally, input)
        var visitors = VisitorPair(
            first: FeatureCounters(
                file.features,
                survey: survey,
                kinds: kinds(survey, file.features.wholesale)
            ),
            second: OrderSessions()
        )
        let second = try input.read(.features, &history, into: &visitors, progress)
        var counters = visitors.first
        guard second == tally, !counters.sawUnknown else {
            throw BuildError(file: input.path, "changed while it was read")
        }
        let coPurchases = counters.finish()
        var tables = tables(counters, coPurchases, survey, history)
        tables.sessions = try tables.products.features
            .sessionIndex(visitors.second, file.features.sessions)
        progress(BuildProgress(phase: .writing, bytesRead: 0, bytesTotal: 0, rows: tally.rows))
        let manifest = try write(tables, to: store, file, input, tally)
        return report(manifest.id, input, tally, survey, tables)
    }

    private static func kinds(_ survey: Survey, _ rule: WholesaleRule) -> [CustomerKind] {
        survey.customers.map { rule.kind(unitsSold: $0.unitsSold, orders: $0.orders) }
    }

    private static func check(_ survey: Survey, _ tally: HistoryTally, _ input: InputFile) throws {
        guard tally.sales > 0 else {
            throw BuildError(
                file: input.path,
                "none of its \(tally.rows) rows is a sale; see `rules`"
            )
        }
        guard survey.countries.count <= Limits.countriesMaximum else {
            throw BuildError(
                file: input.path,
                "more than \(Limits.countriesMaximum) countries; is `country` the right column?"
            )
        }
    }

    private static func tables(
        _ counters: FeatureCounters,
        _ coPurchases: CoPurchases,
        _ survey: Survey,
        _ history: HistoryReader
    ) -> FeatureTables {
        let products = ProductFeatures(
            counters,
            coPurchases,
            survey: survey,
            names: history.products
        )
        let customers = CustomerFeatures(
            survey: survey,
            names: history.customers,
            kinds: kinds(survey, counters.rules.wholesale)
        )
        return FeatureTables(
            products: ProductTable(products, counters.rules),
            customers: CustomerTable(customers)
        )
    }

    private static func write(
        _ tables: FeatureTables,
        to store: SnapshotStore,
        _ file: SnapshotSourceFile,
        _ input: InputFile,
        _ tally: HistoryTally
    ) throws -> SnapshotManifest {
        let writer = try SnapshotWriter(
            store: store,
            schema: tables.schema(currency: file.currency)
        )
        try tables.write(to: writer)
        let drops = DropReason.allCases.map { ($0.rawValue, tally[$0]) }.filter { $0.1 > 0 }
        return try writer.finish(
            source: SnapshotSource(
                file: URL(fileURLWithPath: input.path).lastPathComponent,
                rowsRead: tally.rows,
                rowsUsed: tally.sales + tally.refunds,
                rowsDropped: Dictionary(uniqueKeysWithValues: drops)
            )
        )
    }

    private static func report(
        _ snapshot: SnapshotID,
        _ input: InputFile,
        _ tally: HistoryTally,
        _ survey: Survey,
        _ tables: FeatureTables
    ) -> BuildReport {
        BuildReport(
            input: input.path,
            snapshot: snapshot,
            rowsRead: tally.rows,
            sales: tally.sales,
            refunds: tally.refunds,
            dropped: DropReason.allCases.map { .init(reason: $0, rows: tally[$0]) },
            malformedRows: tally.malformedRows,
            roundedPrices: tally.roundedPrices,
            orders: tally.orders,
            products: tables.products.features.count,
            listedProducts: tables.products.features.listedCount,
            customers: tables.customers.features.count,
            firstTime: Date(timeIntervalSince1970: Double(survey.firstTime)),
            lastTime: Date(timeIntervalSince1970: Double(survey.lastTime))
        )
    }
}
