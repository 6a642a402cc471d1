// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Shadow versions in the real gateway: live replies never change, and everything sampled is counted.
@Suite(.serialized) struct ShadowTests {
    private static let everything = "{sample: 100%, budget: 5s, in_flight: 64}"

    /// Everybody gets the list price; `shadow` gets copies.
    private static func config(_ store: FixtureStore, _ shadow: TestConfig.Version) -> TestConfig {
        var config = TestConfig(snapshots: store.directory)
        config.prices = [.listPrice, shadow]
        config.recommendations = [.popular, .neighbours]
        config.recommendations[1].shadow = shadow.shadow.map { _ in Self.everything }
        for index in 0...1 {
            config.prices[index].weight = index == 0 ? 10_000 : 0
            config.recommendations[index].weight = index == 0 ? 10_000 : 0
        }
        return config
    }

    private static func gateway(_ shadow: TestConfig.Version) throws -> RunningGateway {
        let store = try FixtureStore.published()
        let path = try store.folder.write("sluice.yaml", config(store, shadow).text)
        return try RunningGateway(config: path, store: store)
    }

    private static func quantityBreak(_ role: String? = everything) -> TestConfig.Version {
        var version = TestConfig.Version.quantityBreak
        version.shadow = role
        return version
    }

    private static func erratic(_ mode: String, _ delay: Int, _ role: String) -> TestConfig.Version
    {
        var version = TestConfig.Version.erratic(
            "erratic-price",
            "mode: \(mode), one_in: 1, delay_milliseconds: \(delay)"
        )
        version.shadow = role
        return version
    }

    /// The replies of some requests, without what differs from one run to the next.
    private func replies(_ gateway: RunningGateway) throws -> [String] {
        try (0..<30).map { shopper in
            let reply =
                shopper % 3 == 0
                ? try gateway.get(
                    "/v1/recommendations?shop=fr&session_id=s&product_id=MUG-1a&limit=3"
                )
                : try gateway.price([("MUG-1a", 12), ("TEA-4", 1)], session: "s\(shopper)")
            #expect(reply.status == 200)
            #expect(reply["Sluice-Rung"] == "assigned")
            var json = try reply.json()
            json["decision_id"] = nil
            let body = try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
            return String(decoding: body, as: UTF8.self)
        }
    }

    /// Asks for prices until some were compared and none is under way; how many were.
    private func compareSome(_ gateway: RunningGateway, atLeast count: Int = 10) throws -> Int {
        let isEnough = try Waiting.until {
            _ = try gateway.price([("MUG-1a", 12), ("TEA-4", 1)])
            return try gateway.shadowRequests("pricing")["compared"] ?? 0 >= count
        }
        let isQuiet = try Waiting.until { try gateway.shadow("pricing")["in_flight"] as? Int == 0 }
        #expect(isEnough && isQuiet)
        return try gateway.shadowRequests("pricing")["compared"] ?? 0
    }

    @Test func liveRepliesAreTheSameAndKnownDifferencesAreFound() throws {
        let gateway = try Self.gateway(Self.quantityBreak(nil))
        let alone = try replies(gateway)
        let store = try #require(gateway.store)
        try gateway.reload(Self.config(store, Self.quantityBreak()).text)
        try gateway.waitForLog("config reloaded")
        #expect(try replies(gateway) == alone)
        #expect(try Waiting.until { try gateway.shadowRequests("pricing")["sampled"] == 20 })
        #expect(
            try Waiting.until { try gateway.shadowRequests("recommendations")["sampled"] == 10 }
        )
        // Twelve mugs are 8.50 instead of 10.00; one packet of tea costs the same.
        let compared = try compareSome(gateway)
        let prices = try #require(try gateway.shadow("pricing")["prices"] as? [String: Any])
        #expect(prices["lower"] as? Int == compared)
        #expect(prices["equal"] as? Int == compared)
        #expect(prices["higher"] as? Int == 0)
        #expect(prices["guard_violations"] as? Int == 0)
        #expect(prices["largest_delta_ratio"] as? Double == 0.15)
        let deltas = try #require(prices["deltas"] as? [[String: Any]])
        #expect(deltas.first { $0["to"] as? Double == -0.1 }?["count"] as? Int == compared)
        let lists = try #require(try gateway.shadow("recommendations")["lists"] as? [String: Any])
        #expect((lists["shares"] as? [Any])?.count == 11)
    }

    @Test func theMetricsSayTheSame() throws {
        let gateway = try Self.gateway(Self.quantityBreak())
        let compared = try compareSome(gateway)
        let requests = try gateway.shadowRequests("pricing")
        let ends = requests.filter { $0.key != "sampled" }.values.reduce(0, +)
        #expect(requests["sampled"] == ends)
        let lines = Set(try gateway.metrics().split(separator: "\n").map(String.init))
        let labels = #"model="pricing",version="2""#
        for line in [
            "sluice_shadow_requests_total{\(labels),result=\"compared\"} \(compared)",
            "sluice_shadow_lines_total{\(labels),shadow_price=\"lower\"} \(compared)",
            "sluice_shadow_price_delta_ratio_bucket{\(labels),le=\"-0.2\"} 0",
            "sluice_shadow_price_delta_ratio_bucket{\(labels),le=\"-0.1\"} \(compared)",
            "sluice_shadow_price_delta_ratio_bucket{\(labels),le=\"+Inf\"} \(2 * compared)",
            "sluice_shadow_duration_seconds_count{\(labels)} \(compared)",
            "sluice_shadow_price_delta_largest_ratio{\(labels)} 0.15",
            "sluice_shadow_in_flight{\(labels)} 0",
        ] {
            let isThere = lines.contains(line)
            #expect(isThere, "\(line)")
        }
        let page = try gateway.control("/").text
        #expect(page.contains("Lines by the price of version 2"))
    }

    /// The handler runs inline for live requests, so the one thread of that name is the shadow's.
    @Test func aShadowsThreadsMakeWayForAllOthers() throws {
        let gateway = try Self.gateway(Self.quantityBreak())
        let instance = try #require(try gateway.status()["instance"] as? [String: Any])
        let tasks = "/proc/\(try #require(instance["pid"] as? Int))/task"
        let nicenesses = try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap {
            let stat = try? String(contentsOfFile: "\(tasks)/\($0)/stat", encoding: .utf8)
            guard let stat, stat.contains("(pricing-2)") else { return String?.none }
            let fields = stat[stat.lastIndex(of: ")")!...].split(separator: " ")
            return String(fields[17])
        }
        #expect(nicenesses == ["19"])
    }

    @Test(arguments: [
        ("fail", "handler_error"), ("nan", "bad_reply"), ("wrong_shape", "bad_reply"),
        ("delay", "late"), ("overrun", "late"),
    ])
    func aBrokenShadowChangesNoReply(mode: String, result: String) throws {
        let gateway = try Self.gateway(
            Self.erratic(mode, 50, "{sample: 100%, budget: 20ms, in_flight: 2}")
        )
        let alone = try Self.gateway(Self.quantityBreak(nil))
        #expect(
            try replies(gateway).map(Self.withoutSnapshot)
                == replies(alone).map(Self.withoutSnapshot)
        )
        #expect(try Waiting.until { try gateway.shadowRequests("pricing")["sampled"] == 20 })
        let isFound = try Waiting.until {
            _ = try gateway.price([("MUG-1a", 1)])
            return try gateway.shadowRequests("pricing")[result] ?? 0 > 0
        }
        #expect(isFound)
        #expect(try gateway.shadowRequests("pricing")["compared"] == 0)
        #expect(try gateway.breakerState("pricing", "1") == "closed")
        #expect(try gateway.breakerState("pricing", "2") == "closed")
    }

    private static func withoutSnapshot(_ reply: String) -> String {
        reply.replacing(/"snapshot":"[^"]*"/, with: "")
    }

    /// A minute in the handler: longer than the test, and than anybody's patience.
    @Test func aHungShadowKeepsNoSnapshotFromServing() throws {
        let gateway = try Self.gateway(
            Self.erratic("delay", 60_000, "{sample: 100%, budget: 50ms, in_flight: 1}")
        )
        let store = try #require(gateway.store)
        for round in 1...3 {
            let isHung = try Waiting.until {
                _ = try gateway.price([("MUG-1a", 1)])
                return try gateway.shadow("pricing")["in_flight"] as? Int == 1
            }
            #expect(isHung)
            let price = "\(10 + round).00"
            try store.build(history: FixtureStore.history(mugPrice: price))
            try gateway.waitForLog("snapshot adopted", occurrence: round + 1)
            let line = try #require(try gateway.price([("MUG-1a", 1)]).lines().first)
            #expect(line["unit_price"] as? String == price)
        }
        #expect(try gateway.shadowRequests("pricing")["late"] == 1)
    }

    @Test func aShadowIsRemovedWhileItsCallsAreInFlight() throws {
        let gateway = try Self.gateway(Self.erratic("delay", 500, Self.everything))
        let store = try #require(gateway.store)
        for _ in 0..<4 { _ = try gateway.price([("MUG-1a", 1)]) }
        try gateway.reload(Self.config(store, Self.quantityBreak(nil)).text)
        try gateway.waitForLog("config reloaded")
        #expect(try gateway.price([("MUG-1a", 1)])["Sluice-Rung"] == "assigned")
        #expect(try !gateway.metrics().contains(#"sluice_shadow_requests_total{model="pricing""#))
        Thread.sleep(forTimeInterval: 0.6)
        #expect(try gateway.price([("MUG-1a", 1)])["Sluice-Rung"] == "assigned")
    }
}

extension RunningGateway {
    /// What `/api/status` says of a model's only shadow.
    fileprivate func shadow(_ model: String) throws -> [String: Any] {
        let models = try status()["models"] as? [[String: Any]]
        let found = models?.first { $0["name"] as? String == model }
        return (found?["shadows"] as? [[String: Any]])?.first ?? [:]
    }

    fileprivate func shadowRequests(_ model: String) throws -> [String: Int] {
        try shadow(model)["requests"] as? [String: Int] ?? [:]
    }
}
