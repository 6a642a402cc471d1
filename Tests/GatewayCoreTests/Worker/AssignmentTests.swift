// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing

@testable import GatewayCore

struct AssignmentTests {
    private let controls = [FakeControl(percent: 90), FakeControl(percent: 80)]

    private func harness(holdoutBasisPoints: Int = 0) throws -> WorkerHarness {
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", controls[0]), try .fake("2", "price", controls[1]),
        ]
        fixture.weights = [5_000, 5_000]
        fixture.holdoutBasisPoints = holdoutBasisPoints
        return try WorkerHarness(fixture)
    }

    @Test func theSameShopperAlwaysGetsTheSameVersion() throws {
        let (first, second) = (try harness(), try harness())
        var counts: [String: Int] = [:]
        for shopper in 0..<400 {
            let version = try first.price(customer: "shopper-\(shopper)").servedVersion
            #expect(try first.price(customer: "shopper-\(shopper)").servedVersion == version)
            #expect(try second.price(customer: "shopper-\(shopper)").servedVersion == version)
            counts[version ?? "none", default: 0] += 1
        }
        #expect(Set(counts.keys) == ["1", "2"])
        #expect((150...250).contains(counts["1"] ?? 0))
    }

    @Test func theHoldoutGetsTheStableVersion() throws {
        let harness = try harness(holdoutBasisPoints: 10_000)
        for shopper in 0..<50 {
            let answer = try harness.price(customer: "shopper-\(shopper)")
            #expect(answer.servedVersion == "1")
            #expect(answer.rung == "assigned")
        }
    }
}
