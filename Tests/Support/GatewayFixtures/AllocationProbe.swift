// SPDX-License-Identifier: Apache-2.0
import CAllocationCounter
import GatewayCore
import Glibc

/// Counts heap allocations of the core path with the real plugins, from the parsed head to the bytes
/// of the reply.
package final class AllocationProbe {
    /// A request to measure.
    package struct Case: Sendable, CustomStringConvertible {
        /// What it is.
        package let description: String
        /// The status it is answered with.
        package let status: Int
        /// The rung it is answered from; nil for a refusal.
        package let rung: String?
        /// The routes' budget.
        let budgetMilliseconds: UInt64
        /// Whether shadows get a copy of each request.
        let isShadowed: Bool
        /// The request.
        package let request: RequestFixture

        init(
            _ description: String,
            _ request: RequestFixture,
            status: Int = 200,
            rung: String? = "assigned",
            budgetMilliseconds: UInt64 = 50,
            isShadowed: Bool = false
        ) {
            self.description = description
            self.status = status
            self.rung = rung
            self.budgetMilliseconds = budgetMilliseconds
            self.isShadowed = isShadowed
            self.request = request
        }
    }

    /// Every kind of request of the core path.
    package static let cases = [
        Case("two lines", .prices([("P001", 1), ("p499", 12)])),
        Case("500 lines", .prices((0..<500).map { (StoreFixture.key($0), $0 % 20 + 1) })),
        Case("unknown product", .prices([("P001", 1), ("NOWHERE", 1)])),
        Case("refused with 422", .prices([("P001", 0)]), status: 422, rung: nil),
        Case(
            "base prices",
            .prices([("P001", 1), ("P002", 3)]),
            rung: "base_price",
            budgetMilliseconds: 0
        ),
        Case(
            "recommendation by GET",
            .recommendations("shop=demo&session_id=s1&product_id=P005&cart=P006,P009&limit=10")
        ),
        Case(
            "recommendation by POST",
            RequestFixture(
                .post,
                "/v1/recommendations",
                body: """
                    {"shop":"demo","session_id":"s1","product_id":"P007","limit":10,
                     "session_items":["P011","P012"],"cart":["P013"],"exclude":["P008"],
                     "intent":"complementary"}
                    """,
                headers: [.contentType: "application/json", .origin: "https://shop.example"]
            )
        ),
        Case("shadowed prices", .prices([("P001", 1), ("p499", 12)]), isShadowed: true),
        Case(
            "shadowed recommendation",
            .recommendations("shop=demo&session_id=s1&product_id=P005"),
            isShadowed: true
        ),
        Case(
            "popular products",
            .recommendations("shop=demo&session_id=s1&product_id=P005"),
            rung: "popular",
            budgetMilliseconds: 0
        ),
    ]

    /// Requests that bring every buffer to its size.
    private static let warmUpCount = 10

    /// The worker that answers.
    package let worker: GatewayWorker
    /// Allocations of making the worker: never zero, unless the counter is deaf.
    package let setUpAllocationCount: UInt64
    private let test: Case
    private let files = StoreFixture()
    private let clock = ManualClock()
    private let storage = MetricStorage(shardCount: 1)
    private let shadow: ShadowFixture?
    private var shadowedCount = 0

    /// A worker for a request, warmed up with it.
    ///
    /// - Throws: when the plugins are not beside this executable.
    package init(_ test: Case) throws {
        self.test = test
        let before = allocation_count()
        var fixture = StateFixture()
        fixture.prices = [
            try .built("1", "PricingPlugin", "list-price"),
            try .built(
                "2",
                "PricingPlugin",
                "quantity-break",
                settings: #"{"floor_percent":40,"ceiling_percent":150}"#
            ),
        ]
        fixture.recommendations = [
            try .built("1", "RecommendationsPlugin", "popular"),
            try .built("2", "RecommendationsPlugin", "neighbours"),
        ]
        fixture.budgetMilliseconds = test.budgetMilliseconds
        shadow = test.isShadowed ? ShadowFixture() : nil
        fixture.prices[0].shadow = shadow
        fixture.recommendations[0].shadow = shadow
        worker = try GatewayWorker(
            state: fixture.build(files.build(), storage),
            index: 0,
            bodyBytesMaximum: 256 * 1024,
            metrics: storage.shards[0],
            clock: clock.clock,
            origin: 1
        )
        setUpAllocationCount = allocation_count() - before
        send(Self.warmUpCount)
    }

    /// Allocations of `count` requests.
    package func allocations(_ count: Int) -> UInt64 {
        let before = allocation_count()
        send(count)
        return allocation_count() - before
    }

    private func send(_ count: Int) {
        for _ in 0..<count {
            _ = test.request.handle(by: worker, arrival: clock.now)
            if let shadow { startAndAwait(shadow) }
        }
    }

    /// Waits, so that every copy is compared when the next one starts.
    private func startAndAwait(_ shadow: ShadowFixture) {
        worker.startShadows()
        shadowedCount += 1
        while shadow.endedCount < shadowedCount { sched_yield() }
    }
}
