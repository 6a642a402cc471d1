// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A model that misbehaves in every call: every price is still answered, from a lower rung.
@Suite(.serialized) struct ErraticTests {
    static let modes = ["delay", "fail", "nan", "wrong_shape", "overrun"]

    /// Longer than the budget.
    private static func settings(_ mode: String) -> String {
        "mode: \(mode), one_in: 1, delay_milliseconds: 600"
    }

    @Test(arguments: modes)
    func aBrokenVersionFallsBackAndItsBreakerOpens(mode: String) throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.budget = "400ms"
            $0.prices[1] = .erratic("erratic-price", Self.settings(mode))
            $0.recommendations[1] = .erratic("erratic-recommend", Self.settings(mode))
        }
        for shopper in 0..<24 {
            let price = try gateway.price([("MUG-1a", 1), ("TEA-4", 2)], session: "s\(shopper)")
            let items = try gateway.get(
                "/v1/recommendations?shop=fr&session_id=s\(shopper)&product_id=MUG-1a&limit=3"
            )
            try expectPrice(price)
            try expectItems(items)
        }
        for model in ["pricing", "recommendations"] {
            #expect(try gateway.breakerState(model, "2") == "open")
            #expect(try gateway.breakerState(model, "1") == "closed")
        }
        let metrics = try gateway.metrics().split(separator: "\n").filter {
            $0.hasPrefix("sluice_breaker_state{") && $0.hasSuffix(" 1")
        }
        #expect(
            metrics.count { $0.contains(#"version="2""#) && $0.contains(#"state="open""#) } == 2
        )
        #expect(metrics.count { $0.contains(#"state="closed""#) } == 2)
        #expect(try gateway.metrics().contains("sluice_fallback_total{"))
    }

    private func expectPrice(_ reply: RawReply) throws {
        #expect(reply.status == 200)
        let json = try reply.json()
        #expect(try reply.lines().map { $0["line_price"] as? String } == ["10.00", "6.20"])
        expectRung(json, below: ["stable", "last_known_good", "base_price"])
    }

    private func expectItems(_ reply: RawReply) throws {
        #expect(reply.status == 200)
        #expect(try reply.items().count == 3)
        expectRung(try reply.json(), below: ["stable", "cached", "popular"])
    }

    private func expectRung(_ json: [String: Any], below: [String]) {
        let rung = json["rung"] as? String ?? ""
        if json["assigned_version"] as? String == "1" {
            #expect(rung == "assigned")
        } else {
            #expect(below.contains(rung))
            #expect(json["reason"] is String)
        }
    }

    @Test(arguments: modes)
    func withEveryVersionBrokenTheBasePriceAnswers(mode: String) throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.budget = "400ms"
            $0.prices = ["1", "2"].map { .erratic("erratic-price", Self.settings(mode), name: $0) }
        }
        for shopper in 0..<16 {
            let reply = try gateway.price([("MUG-1a", 12)], session: "s\(shopper)")
            #expect(reply.status == 200)
            #expect(reply["Sluice-Rung"] == "base_price")
            #expect(reply["Sluice-Reason"] != nil)
            #expect(reply["Sluice-Version"] == "none")
            #expect(try reply.lines().first?["unit_price"] as? String == "10.00")
        }
    }

    @Test func whatAGoodVersionAnsweredIsRemembered() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store) {
            $0.eventLoops = 1
            $0.prices[0].weight = 0
            $0.prices[1].weight = 10_000
        }
        #expect(try gateway.price([("MUG-1a", 12)])["Sluice-Rung"] == "assigned")
        var broken = TestConfig(snapshots: store.directory)
        broken.eventLoops = 1
        // Let through: a warm-up would refuse it.
        broken.publishing = "{warm_up_requests: 0}"
        broken.prices = ["1", "2"].map {
            .erratic("erratic-price", Self.settings("fail"), name: $0)
        }
        try gateway.reload(broken.text)
        try gateway.waitForLog("config reloaded")
        let reply = try gateway.price([("MUG-1a", 12)])
        #expect(reply["Sluice-Rung"] == "last_known_good")
        #expect(try reply.lines().first?["unit_price"] as? String == "8.50")
    }
}
