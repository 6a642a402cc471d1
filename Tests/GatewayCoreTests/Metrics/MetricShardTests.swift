// SPDX-License-Identifier: Apache-2.0
import CAllocationCounter
import Testing

@testable import GatewayCore

struct MetricShardTests {
    /// One writer for each shard and a reader that merges all the while: nothing is lost, and no
    /// scrape sees a count go back.
    @Test func mergesExactlyUnderConcurrentWritersAndReader() async throws {
        let writers = 4
        let rounds = 20_000
        let storage = MetricStorage(shardCount: writers)
        let catalog = try MetricCatalog(.pricing(versions: ["1"]), storage: storage)
        let requests = try #require(catalog.route("prices")).requests(.served, status: 200)
        let duration = try #require(catalog.version(model: "pricing", version: "1")).duration
        let reader = Task {
            var last = 0.0
            while !Task.isCancelled {
                let seen = served(catalog)
                #expect(seen >= last)
                last = seen
                await Task.yield()
            }
        }

        await withTaskGroup { group in
            for shard in storage.shards {
                group.addTask {
                    for round in 1...rounds {
                        shard.increment(requests)
                        shard.observe(duration, nanoseconds: UInt64(round))
                    }
                }
            }
        }
        reader.cancel()
        await reader.value

        #expect(served(catalog) == Double(writers * rounds))
        let expectedSum = UInt64(writers) * UInt64(rounds) * UInt64(rounds + 1) / 2
        guard
            case .histogram(let histogram)? = catalog.families().value(
                "sluice_handler_duration_seconds",
                ["model": "pricing", "version": "1"]
            )
        else {
            Issue.record("no histogram")
            return
        }
        #expect(histogram.count == UInt64(writers * rounds))
        #expect(histogram.sumNanoseconds == expectedSum)
    }

    @Test(arguments: [
        (UInt64(0), 0), (1_000, 0), (1_001, 1), (50_000_000, 13), (50_000_001, 14),
        (80_000_000, 14),
        (80_000_001, 15), (100_000_000, 15), (100_000_001, 16), (.max, 16),
    ])
    func putsAnEdgeIntoTheBucketItCloses(nanoseconds: UInt64, bucket: Int) {
        let shard = MetricShard(cellCount: HistogramSeries.cellCount)
        shard.observe(HistogramSeries(firstCell: 0), nanoseconds: nanoseconds)
        #expect(shard.value(ofCell: bucket) == 1)
    }

    @Test func hasOneBucketMoreThanEdges() {
        #expect(HistogramBuckets.count == HistogramBuckets.edgesNanoseconds.count + 1)
        #expect(HistogramBuckets.edgesNanoseconds == HistogramBuckets.edgesNanoseconds.sorted())
        #expect(StatusLabels.count == StatusLabels.all.count)
    }

    @Test func gaugeReturnsToZeroAcrossShards() throws {
        let storage = MetricStorage(shardCount: 2)
        let catalog = try MetricCatalog(.pricing(versions: []), storage: storage)
        storage.shards[0].adjust(catalog.connections, by: 3)
        storage.shards[1].adjust(catalog.connections, by: -1)
        #expect(catalog.families().value("sluice_connections") == .number(2))
    }

    @Test func writesDoNotAllocate() throws {
        let storage = MetricStorage(shardCount: 1)
        let catalog = try MetricCatalog(.pricing(versions: ["1"]), storage: storage)
        let route = try #require(catalog.route("prices"))
        let version = try #require(catalog.version(model: "pricing", version: "1"))
        let shard = storage.shards[0]
        shard.increment(route.requests(.degraded, status: 200))
        let before = allocation_count()
        for round in 0..<10_000 {
            shard.increment(route.requests(.degraded, status: 422))
            shard.increment(version.calls(.late))
            shard.observe(version.duration, nanoseconds: UInt64(round) * 20_000)
        }
        #expect(allocation_count() == before)
    }

    private func served(_ catalog: MetricCatalog) -> Double {
        let labels = ["route": "prices", "outcome": "served", "code": "200"]
        guard case .number(let number)? = catalog.families().value("sluice_requests_total", labels)
        else { return -1 }
        return number
    }
}
