// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing
import YAMLDecoding

/// Shoppers who do several things: when they are due, and that they stay themselves.
struct SessionTests {
    private static let text = """
        target: http://127.0.0.1:1
        store: {products: [MUG, TEA, POT, JAR], shoppers: 1000}
        requests:
          - {name: widget, kind: recommend}
          - {name: checkout, kind: price, lines: 2-3}
        sessions:
          - name: buyer
            weight: 1
            steps:
              - {request: widget, times: 2, think: 100ms}
              - {request: widget, think: 50ms-200ms}
              - {request: checkout}
          - {name: browser, weight: 3, steps: [{request: widget}]}
        load: {phases: [{rate: 200, duration: 2s}], arrivals: constant}
        """

    private static func load(_ text: String) throws(DiagnosticReport) -> Scenario {
        try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(text.utf8)))
    }

    private static func table(_ scenario: Scenario, port: Int = 1) throws -> RequestTable {
        try RequestTable(
            scenario,
            target: Target(host: "127.0.0.1", port: port),
            catalog: Catalog(products: ["MUG", "TEA", "POT", "JAR"]),
            seed: 3,
            variety: 400
        )
    }

    @Test func stepsAreDueByTheirThinkTimesAlone() throws {
        let table = try Self.table(try Self.load(Self.text))
        let buyers = table.visits.filter { $0.steps.count == 4 }
        #expect(buyers.count == 100)
        #expect(table.visits.count { $0.steps.count == 1 } == 300)
        for buyer in buyers {
            let milliseconds = buyer.steps.map { Double($0.offsetNanoseconds) / 1e6 }
            #expect(milliseconds[..<3] == [0, 100, 200])
            #expect((250...400).contains(milliseconds[3]))
        }
        let offsets = Set(buyers.map { $0.steps[3].offsetNanoseconds })
        #expect(offsets.count > 50)
    }

    @Test func aShopperKeepsItsIdAndLooksAtWhatItBuys() throws {
        let table = try Self.table(try Self.load(Self.text))
        var shoppers = Set<Substring>()
        for visit in table.visits where visit.steps.count == 4 {
            let texts = visit.steps.map {
                String(decoding: table.requests[Int($0.request)].bytes, as: UTF8.self)
            }
            let id = try #require(texts[0].firstMatch(of: /session_id=(s-\d+)&/)?.1)
            shoppers.insert(id)
            let looksSame = texts[..<3].allSatisfy { $0.contains("session_id=\(id)&") }
            #expect(looksSame && texts[3].contains(#""session_id":"\#(id)""#))
            let lines = try #require(texts[3].firstRange(of: #""lines":"#)?.lowerBound)
            let session = try #require(texts[3].firstRange(of: #""session_id":"#)?.lowerBound)
            #expect(session < lines, "who asks comes first")
            let viewed = texts[..<3].compactMap { $0.firstMatch(of: /product_id=(\w+)&/)?.1 }
            #expect(viewed.allSatisfy { texts[3].contains(#""variant_id":"\#($0)""#) })
        }
        #expect(shoppers.count > 50)
    }

    @Test func theRateIsOfRequestsAndTheServerCannotMoveThem() async throws {
        // Without the schedule's own times, a reply that never comes would hold back the next step.
        let server = try await StubServer(.silence)
        var scenario = try Self.load(Self.text)
        scenario.target = Target(host: "127.0.0.1", port: server.port)
        var settings = LoadSettings(
            target: Target(host: "127.0.0.1", port: server.port),
            pace: .open(.constant, scenario.load.rate)
        )
        settings.connections = 150
        settings.timeoutNanoseconds = 400_000_000
        let table = try Self.table(scenario, port: server.port)
        let outcome = try await LoadRun(settings, sending: table).run()
        try await server.stop()
        let failures = outcome.measurements.failures
        let checkouts = failures["checkout"]?.values.reduce(0, +) ?? 0
        let all = failures.values.reduce(0) { $0 + $1.values.reduce(0, +) }
        // 400 on average, less those due after the end; one of seven is a checkout.
        #expect((300...480).contains(all), "\(failures)")
        #expect(checkouts > 20, "\(failures)")
    }

    @Test(arguments: [
        ("request: checkout}", "request: chekout}", "did you mean `checkout`"),
        ("times: 2", "times: 0", "how often"),
        ("think: 100ms", "think: 100", "a time such as 800ms"),
        ("lines: 2-3", "lines: \"lognormal(9, 1)\"", "a number of lines such as"),
        ("lines: 2-3", "lines: history", "`store` names none"),
        ("lines: 2-3", "check: {within_list_percent: 5}", "`store` needs `snapshot`"),
        ("lines: 2-3", "check: {items_minimum: 5}", "a check of the kind `recommend`"),
        ("lines: 2-3", "check: {minimum_minor: 5, maximum_minor: 4}", "above `maximum_minor`"),
        (
            "- {request: checkout}", "- {request: widget}",
            "no session sends the request `checkout`"
        ),
    ])
    func mistakesAreTold(_ old: String, _ new: String, _ message: String) {
        let text = Self.text.replacingOccurrences(of: old, with: new)
        #expect(text != Self.text)
        let report = #expect(throws: DiagnosticReport.self) { try Self.load(text) }
        #expect(report?.description.contains(message) == true, "\(report?.description ?? "")")
    }
}
