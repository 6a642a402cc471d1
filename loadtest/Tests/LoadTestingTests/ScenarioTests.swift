// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing
import YAMLDecoding

struct ScenarioTests {
    private static let text = """
        target: http://127.0.0.1:8080
        store:
          products: [MUG, TEA, POT, JAR]
          currency: GBP
          shoppers: 3
        requests:
          - {name: checkout, kind: price, weight: 1, lines: 1-3, headers: {x-request-budget-ms: "20"}}
          - {name: widget, kind: recommend, weight: 3, limit: 4}
        load:
          arrivals: constant
          warm_up: 2s
          phases: [{rate: 10, duration: 5s}, {rate: 10, to: 100, duration: 5s}]
          timeout: 700ms
          seed: 9
        """

    private static func load(_ text: String) throws(DiagnosticReport) -> Scenario {
        try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(text.utf8)))
    }

    @Test func readsAScenario() throws {
        let scenario = try Self.load(Self.text)
        #expect(scenario.target == Target(url: "http://127.0.0.1:8080"))
        #expect(scenario.requests.map(\.name) == ["checkout", "widget"])
        #expect(scenario.load.arrivals == .constant)
        #expect(scenario.load.rate.durationSeconds == 10)
        #expect(scenario.load.rate.expectedArrivals == 325)
        #expect(scenario.load.timeoutNanoseconds == 700_000_000)
        #expect(scenario.store?.shoppers == 3)
    }

    struct Mistake: Sendable {
        let old: String
        let new: String
        let message: String
    }

    @Test(arguments: [
        Mistake(old: "weight: 1,", new: "wieght: 1,", message: "did you mean `weight`"),
        Mistake(old: "kind: price", new: "kind: prize", message: "did you mean `price`"),
        Mistake(old: "lines: 1-3", new: "lines: 3-1", message: "must be a number of lines"),
        Mistake(old: "lines: 1-3", new: "limit: 3", message: "setting of the kind `recommend`"),
        Mistake(old: "name: widget", new: "name: checkout", message: "two requests are called"),
        Mistake(
            old: "products: [MUG, TEA, POT, JAR]",
            new: "zipf: 1",
            message: "`snapshot`, `products` or"
        ),
        Mistake(old: "http://127", new: "htps://127", message: "must be a URL"),
        Mistake(old: "x-request-budget-ms", new: "x budget", message: "must be a header's name"),
        Mistake(old: "rate: 10,", new: "rate: 0,", message: "must be a number from"),
        Mistake(old: "700ms", new: "700", message: "must be a duration"),
        Mistake(old: "store:", new: "stoer:", message: "names no `store`"),
    ])
    func tellsMistakes(_ mistake: Mistake) throws {
        let text = Self.text.replacingOccurrences(of: mistake.old, with: mistake.new)
        #expect(text != Self.text)
        let report = #expect(throws: DiagnosticReport.self) { try Self.load(text) }
        #expect(
            report?.description.contains(mistake.message) == true,
            "\(report?.description ?? "")"
        )
    }

    @Test func preparesRequestsInTheAskedShares() throws {
        let scenario = try Self.load(Self.text)
        let target = try #require(scenario.target)
        let catalog = Catalog(products: ["MUG", "TEA", "POT", "JAR"])
        let table = try RequestTable(
            scenario,
            target: target,
            catalog: catalog,
            seed: 1,
            variety: 400
        )
        #expect(table.requests.count == 400)
        #expect(table.requests.count { $0.route == 1 } == 300)
        for request in table.requests {
            let text = String(decoding: request.bytes, as: UTF8.self)
            if case .prices(let check) = request.check {
                let lines = check.limits.count
                let parts = text.components(separatedBy: "\r\n\r\n")
                let body = try #require(
                    try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any]
                )
                let cart = try #require(body["lines"] as? [[String: Any]])
                #expect(cart.count == lines && (1...3).contains(lines))
                #expect(Set(cart.compactMap { $0["variant_id"] as? String }).count == lines)
                #expect(parts[0].contains("x-request-budget-ms: 20"))
                #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
            } else {
                #expect(
                    text.hasPrefix("GET /v1/recommendations?shop=demo.myshopify.com&product_id=")
                )
                #expect(text.hasSuffix("\r\n\r\n"))
            }
        }
        let again = try RequestTable(
            scenario,
            target: target,
            catalog: catalog,
            seed: 1,
            variety: 400
        )
        #expect(table.requests.map(\.bytes) == again.requests.map(\.bytes))
    }

    @Test func aCartLargerThanTheStoreIsRefused() throws {
        let scenario = try Self.load(Self.text)
        let target = try #require(scenario.target)
        #expect(throws: LoadTestError.self) {
            let catalog = Catalog(products: ["MUG"])
            return try RequestTable(scenario, target: target, catalog: catalog, seed: 1)
        }
    }

    @Test func popularProductsAreDrawnMoreOften() {
        var generator = SeededGenerator(seed: 4)
        let sampler = ZipfSampler(count: 1_000, exponent: 1)
        var counts = [Int](repeating: 0, count: 1_000)
        for _ in 0..<100_000 { counts[sampler.next(using: &generator)] += 1 }
        // 1/H(1000) = 13.36 %, then half of it.
        #expect(abs(counts[0] - 13_360) < 600)
        #expect(abs(counts[1] - 6_680) < 400)
    }
}
