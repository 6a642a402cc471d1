// SPDX-License-Identifier: Apache-2.0
import Testing
import Traffic

@testable import GatewayCore

struct MetricCatalogTests {
    private let storage = MetricStorage(shardCount: 1)
    private let served = ["route": "prices", "outcome": "served", "code": "200"]

    @Test func reloadKeepsTheCountsOfWhatStays() throws {
        let first = try MetricCatalog(.pricing(versions: ["1"]), storage: storage)
        let requests = try #require(first.route("prices")).requests(.served, status: 200)
        storage.shards[0].increment(requests, by: 7)
        let second = try MetricCatalog(
            .pricing(versions: ["1", "2"]),
            storage: storage,
            replacing: first
        )
        storage.shards[0].increment(requests)
        #expect(second.families().value("sluice_requests_total", served) == .number(8))
    }

    @Test func reloadRetiresTheSeriesOfUnloadedVersions() throws {
        let first = try MetricCatalog(.pricing(versions: ["1", "2"]), storage: storage)
        let second = try MetricCatalog(
            .pricing(versions: ["2"]),
            storage: storage,
            replacing: first
        )
        #expect(second.version(model: "pricing", version: "1") == nil)
        let versions = second.families().flatMap(\.samples).flatMap(\.labels)
            .filter { $0.name == "version" }.map(\.value)
        #expect(Set(versions) == ["2", "none"])
    }

    /// The cells of a retired version are used again, and its successor starts from zero.
    @Test func aNewSeriesStartsFromZeroInUsedCells() throws {
        var catalog: MetricCatalog = try MetricCatalog(
            .pricing(versions: ["1"]),
            storage: storage
        )
        let free = storage.freeCellCount
        let calls = try #require(catalog.version(model: "pricing", version: "1")).calls(.failure)
        storage.shards[0].increment(calls, by: 5)
        catalog = try MetricCatalog(.pricing(versions: []), storage: storage, replacing: catalog)
        catalog = try MetricCatalog(.pricing(versions: ["2"]), storage: storage, replacing: catalog)
        #expect(storage.freeCellCount == free)
        #expect(catalog.calls(model: "pricing", version: "2").failures == 0)
    }

    @Test func cellsStayReservedWhileARequestHoldsTheOldCatalog() throws {
        let old = try MetricCatalog(.pricing(versions: ["1"]), storage: storage)
        let free = storage.freeCellCount
        let new = try MetricCatalog(.pricing(versions: []), storage: storage, replacing: old)
        #expect(storage.freeCellCount == free)
        withExtendedLifetime((old, new)) {}
    }

    @Test func refusesMoreSeriesThanThereIsRoomFor() {
        let small = MetricStorage(shardCount: 1, cellsPerShard: 100)
        let failure = #expect(throws: MetricError.self) {
            try MetricCatalog(.pricing(versions: ["1"]), storage: small)
        }
        #expect(failure?.description.contains("too many metric series") == true)
        #expect(small.freeCellCount == 100)
    }

    @Test func unknownNamesHaveNoSeries() throws {
        let catalog = try MetricCatalog(.pricing(versions: ["1"]), storage: storage)
        #expect(catalog.route("nothing") == nil)
        #expect(catalog.version(model: "pricing", version: "9") == nil)
        #expect(catalog.duration(route: "prices", model: "pricing", version: "9") == nil)
        #expect(catalog.calls(model: "nothing", version: "1") == GatewayStatus.CallSummary())
    }

    @Test func everySeriesHasItsOwnCell() throws {
        let catalog = try MetricCatalog(.pricing(versions: ["1", "2"]), storage: storage)
        let route = try #require(catalog.route("prices"))
        var cells: [Int] = [catalog.connections.cell]
        for outcome in RequestOutcome.allCases {
            cells += [200, 404, 503, 999].map { route.requests(outcome, status: $0).cell }
        }
        cells += RequestPhase.allCases.map { route.budgetExceeded(in: $0).cell }
        cells += DegradeReason.allCases.map { route.fallback($0).cell }
        cells += RequestPhase.allCases.map { catalog.phase($0).firstCell }
        cells.append(route.durationWithoutModel.firstCell)
        for version in ["1", "2"] {
            let series = try #require(catalog.version(model: "pricing", version: version))
            cells += CallResult.allCases.map { series.calls($0).cell }
            cells.append(series.duration.firstCell)
        }
        #expect(Set(cells).count == cells.count)
    }

    @Test func summarisesTheCallsOfAVersion() throws {
        let catalog = try MetricCatalog(.pricing(versions: ["1"]), storage: storage)
        let series = try #require(catalog.version(model: "pricing", version: "1"))
        for call in 0..<100 {
            storage.shards[0].increment(series.calls(call < 2 ? .failure : .success))
            storage.shards[0].observe(series.duration, nanoseconds: 75_000)
        }
        let summary = catalog.calls(model: "pricing", version: "1")
        #expect(summary.total == 100)
        #expect(summary.failures == 2)
        #expect(summary.p50Milliseconds == 0.075)
    }

    @Test func aQuantileInterpolatesInsideItsBucket() {
        let value = HistogramValue(
            edgesNanoseconds: [100, 200],
            counts: [2, 2, 1],
            sumNanoseconds: 0
        )
        #expect(value.quantileNanoseconds(0.2) == 50)
        #expect(value.quantileNanoseconds(0.6) == 150)
        #expect(value.quantileNanoseconds(1) == 200)
        let empty = HistogramValue(edgesNanoseconds: [100], counts: [0, 0], sumNanoseconds: 0)
        #expect(empty.quantileNanoseconds(0.5) == nil)
    }

    @Test func seriesOfTwoBuildsOfOnePluginAreAddedUp() {
        let durations = HistogramValue(edgesNanoseconds: [10], counts: [1, 2], sumNanoseconds: 30)
        var plugins = PluginFamilies()
        for _ in 0..<2 {
            plugins.addCounter("sluice_plugin_p_clamps", 3)
            plugins.addHistogram("sluice_plugin_p_search_seconds", durations)
        }
        plugins.addCounter("sluice_plugin_p_clamps_total", 1)
        let doubled = HistogramValue(edgesNanoseconds: [10], counts: [2, 4], sumNanoseconds: 60)
        #expect(plugins.families.map(\.kind) == [.counter, .histogram])
        #expect(plugins.families.value("sluice_plugin_p_clamps_total") == .number(7))
        #expect(plugins.families.value("sluice_plugin_p_search_seconds") == .histogram(doubled))
    }
}
