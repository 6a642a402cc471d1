// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayFixtures
import PluginHost
import Testing

@testable import GatewayCore

/// A worker whose models have a stable version, the one everybody is assigned, and a shadow of all
/// requests that is assigned nobody.
final class ShadowHarness {
    let live = FakeControl(percent: 90)
    let shadow = FakeControl(percent: 80)
    let liveList = FakeControl(firstRow: 100)
    let shadowList = FakeControl(firstRow: 104)
    let fixture: StateFixture
    let harness: WorkerHarness

    static let cart = RequestFixture.prices([("P001", 1), ("P002", 3)])
    static let widget = RequestFixture.recommendations("shop=demo&session_id=s&product_id=P005")

    var worker: GatewayWorker { harness.worker }

    /// With `livePool` the assigned versions run on a pool of the fixture; without shadow nobody is
    /// copied to.
    init(
        _ role: ShadowFixture? = ShadowFixture(),
        livePool: Bool = false,
        configure: (inout StateFixture) -> Void = { _ in }
    ) throws {
        let completions = Completions()
        let pool = livePool ? completions.makePool(queue: 1024) : nil
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", live), try .fake("2", "price", live, pool: pool),
            try .fake("3", "price", shadow),
        ]
        fixture.recommendations = [
            try .fake("1", "recommend", liveList),
            try .fake("2", "recommend", liveList, pool: pool),
            try .fake("3", "recommend", shadowList),
        ]
        fixture.prices[2].shadow = role
        fixture.recommendations[2].shadow = role
        fixture.weights = [0, 10_000, 0]
        configure(&fixture)
        self.fixture = fixture
        harness = try WorkerHarness(fixture, completions)
    }

    /// Sends a request and gives its copy to the shadow, as the loop does once the reply has left.
    @discardableResult
    func send(_ request: RequestFixture = cart) -> Answer? {
        let answer = harness.send(request).answer
        worker.startShadows()
        return answer
    }

    /// Sends a request and waits for the shadow.
    func compare(_ request: RequestFixture = cart, count: Int = 1) throws {
        for _ in 0..<count {
            send(request)
            try collect()
        }
    }

    /// Waits until every call of a shadow has come back.
    func collect() throws {
        for _ in 0..<1_000_000 {
            worker.collectShadows()
            if worker.shadows.inFlight.isEmpty { return }
            usleep(100)
        }
        throw WorkerHarness.NothingCame()
    }

    // MARK: Counts

    private func lease(_ model: String) -> MetricLease {
        worker.state.catalog.lease(.shadow(model: model, version: "3"))!
    }

    /// What became of the requests sampled; without those that never happened.
    func results(_ model: String = "pricing") -> [ShadowResult: UInt64] {
        let lease = lease(model)
        let counts = ShadowResult.allCases.map { ($0, lease.value(at: ShadowLayout.requests($0))) }
        return Dictionary(uniqueKeysWithValues: counts).filter { $0.value > 0 }
    }

    func lines(_ order: PriceDelta.Order) -> UInt64 {
        lease("pricing").value(at: ShadowLayout.lines(order))
    }

    var guardViolations: UInt64 { lease("pricing").value(at: ShadowLayout.guardViolations) }
    var deltas: RatioHistogram { lease("pricing").priceDeltas }
    var durations: HistogramValue { lease("pricing").histogram(at: ShadowLayout.duration) }

    func overlaps(_ measure: OverlapMeasure) -> RatioHistogram {
        lease("recommendations").overlaps(measure)
    }

    /// Whether every slot, permit and decision is back.
    var isQuiet: Bool {
        worker.shadows.inFlight.isEmpty && worker.shadows.waiting.isEmpty
            && worker.decisions.keptCount == 0 && worker.decisions.all.allSatisfy(\.isIdle)
            && fixture.prices[2].shadow?.meter.inFlightCount ?? 0 == 0
    }
}
