// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import YAMLDecoding

@testable import LoadTesting

struct AssertionTests {
    @Test(arguments: [
        "answered >= 99.9%", "shed<=1%", "failed <= 0%", "goodput > 500", "goodput >= 500/s",
        "scheduled.p99 < 50ms", "checkout.service.p99.9 <= 2ms", "a.b.answered >= 100%",
        "checkout.samples >= 5000", #"server("model").p95 < 5 ms"#, "timer_lag.p99 < 200us",
        "timer_lag.p99 < 200µs",
        #"version("price@7").service.p95 <= version("price@6").service.p95 * 1.10"#,
        #"phase("spike").checkout.scheduled.p99 < 1s"#, #"rung("base_price").answered <= 1%"#,
    ])
    func readsAssertions(_ text: String) throws { #expect(try Assertion(text).text == text) }

    struct Mistake: Sendable {
        let text: String
        /// What the caret stands below.
        let place: String
        let message: String
    }

    @Test(arguments: [
        Mistake(text: "", place: "", message: "expected a name"),
        Mistake(text: "answered", place: "", message: "expected <, <="),
        Mistake(text: "answered >= 1", place: "1", message: "a share such as 99.9%"),
        Mistake(text: "p99 < 50ms", place: "p99", message: "a percentile is of scheduled"),
        Mistake(text: "scheduled.p98 < 1ms", place: "p98", message: "p50, p90"),
        Mistake(text: "scheduled.p99 < 50", place: "50", message: "a time such as 50ms"),
        Mistake(text: "scheduled.p99 == 1ms", place: "==", message: "expected <, <="),
        Mistake(text: "goodput >= 5ms", place: "5ms", message: "a rate such as"),
        Mistake(text: "slow.p99 < 1s", place: "slow", message: "a percentile is of scheduled"),
        Mistake(text: "price.fast < 1s", place: "fast", message: "answered, failed, goodput"),
        Mistake(
            text: #"model("3").service.p95 < 1s"#,
            place: #"model("3")"#,
            message: "version, arm"
        ),
        Mistake(text: "version(3).service.p95 < 1s", place: "version(", message: "a text such as"),
        Mistake(
            text: "answered >= scheduled.p99",
            place: "scheduled.p99",
            message: "different units"
        ),
        Mistake(text: "service.p95 < service.p50 * x", place: "", message: "a factor"),
        Mistake(text: "answered >= 99% x", place: "x", message: "nothing may follow"),
    ])
    func tellsThePlaceOfAMistake(_ mistake: Mistake) throws {
        let error = try #require(throws: AssertionError.self) { try Assertion(mistake.text) }
        #expect(error.message.contains(mistake.message), "\(error)")
        let marked = mistake.text.dropFirst(error.offset).prefix(error.length)
        #expect(marked.hasPrefix(mistake.place), "\(error)")
    }

    @Test func survivesAnyText() {
        var generator = SeededGenerator(seed: 11)
        let pieces = [
            "version(\"3\")", ".", "p99", "answered", " < ", "5", "ms", "*", "(", "\"", "%", "é",
            " ",
        ]
        for _ in 0..<2_000 {
            let text = (0...7).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            do { _ = try Assertion(text) } catch {
                #expect(error.offset <= text.count && !error.message.isEmpty, "\(text)")
            }
        }
    }

    @Test func aScenariosMistakeIsToldWithItsPlace() throws {
        let text =
            "requests: [{kind: http}]\nassert:\n  - answered >= 100%\n  - scheduled.p98 < 1ms\n"
        let report = try #require(throws: DiagnosticReport.self) {
            try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(text.utf8)))
        }
        #expect(report.description.contains("s.yaml:4:15"), "\(report)")
        let good = text.replacingOccurrences(of: "p98", with: "p99")
        let scenario = try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(good.utf8)))
        #expect(scenario.assertions.map(\.text) == ["answered >= 100%", "scheduled.p99 < 1ms"])
    }

    @Test func objectivesOfAScenarioBoundRates() throws {
        let text = "requests: [{kind: http}]\nobjectives:\n  - scheduled.p99 < 50ms\n"
        let scenario = try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(text.utf8)))
        #expect(scenario.objectives.map(\.text) == ["scheduled.p99 < 50ms"])
        let bad = text + "  - goodput > 5/s\n"
        let report = try #require(throws: DiagnosticReport.self) {
            try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(bad.utf8)))
        }
        #expect(report.description.contains("s.yaml:4:5"), "\(report)")
    }

    struct Case: Sendable {
        let text: String
        let isMet: Bool
        let detail: String
    }

    /// The sample answers 200 of 210 a second, half of them by version 7.
    @Test(arguments: [
        Case(text: "answered >= 95%", isMet: true, detail: "95.24 %"),
        Case(text: "a.answered >= 95%", isMet: false, detail: "90.91 %"),
        Case(text: "failed <= 4%", isMet: false, detail: "4.76 %"),
        Case(text: #"version("7").answered >= 48%"#, isMet: false, detail: "47.62 %"),
        Case(text: "goodput >= 200/s", isMet: true, detail: "200/s"),
        Case(text: "b.samples >= 5000", isMet: false, detail: "4,000"),
        Case(text: "scheduled.p99 < 50ms", isMet: true, detail: "ms"),
        Case(text: "scheduled.p99.9 < 50ms", isMet: false, detail: "needs 20,000"),
        Case(text: #"server("model").p50 < 41us"#, isMet: true, detail: "µs"),
        Case(text: #"phase("late").samples > 3999"#, isMet: true, detail: "4,000"),
        Case(text: #"phase("x").samples > 1"#, isMet: false, detail: "it has early, late"),
        Case(text: "c.answered > 1%", isMet: false, detail: "it has a, b"),
        Case(text: "a.service.p50 <= b.service.p50 * 2", isMet: true, detail: "the bound"),
        Case(
            text: #"version("7").service.p50 <= b.service.p50 * 0.1"#,
            isMet: false,
            detail: "the bound"
        ),
    ])
    func judgesARecord(_ test: Case) throws {
        var record = RunRecordTests.sample(seconds: 40)
        record.description.phases = [
            .init(name: "early", startSeconds: 0, endSeconds: 20),
            .init(name: "late", startSeconds: 20, endSeconds: 40),
        ]
        let result = try Assertion(test.text).judge(record)
        #expect(result.isMet == test.isMet && result.detail.contains(test.detail), "\(result)")
    }
}
