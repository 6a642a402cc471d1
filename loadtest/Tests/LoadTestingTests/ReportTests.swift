// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import LoadTesting

/// Reports say what the record holds, in every form.
struct ReportTests {
    private static let record = RunRecordTests.sample(seconds: 20)
    private static let report = RunReport(
        record,
        asserting: (try? [Assertion("answered >= 95%"), Assertion(#"version("<7>").samples > 1"#)])
            ?? []
    )

    @Test func partsOfTheServerAreShown() {
        #expect(Self.report.serverPhases.map(\.name) == ["model", "network+client", "total"])
        #expect(Self.report.versions.map(\.name) == ["a 7"])
        #expect(Self.report.arms.map(\.name) == ["a x"])
        #expect(Self.report.rungs.map(\.name) == ["a model"])
        #expect(Self.report.text.contains("p99.9 needs 20,000, p99.99 needs 200,000 samples"))
    }

    /// 20 ms more in one phase of a few requests are found in that phase.
    @Test func theSlowestAreAttributedToTheirPhase() throws {
        var builder = RecordBuilder()
        let name = SeriesName(route: "a", outcome: .answered(rung: "-"))
        let samples = (0..<2_000).map { number in
            let isSlow = number % 100 == 0
            let server: UInt32 = isSlow ? 21_000 : 1_000
            var timing = RequestTiming(intended: 1_000, ready: 2_000)
            timing.sent = 3_000
            timing.end = 3_000 + UInt64(server + 200) * 1_000
            var sample = RequestSample(timing: timing, second: 0, series: 0)
            sample.phases[0] = 300
            sample.phases[1] = server - 400
            sample.phases[2] = server
            return sample
        }
        builder.add(
            SampleBatch(samples: samples, series: [name], phases: ["queue", "model", "total"])
        )
        var description = RunDescription()
        description.routes = ["a"]
        let report = RunReport(RunRecord(description, builder.finish()))
        let slowest = try #require(report.slowest)
        #expect(slowest.count == 20 && slowest.fromMs > 20)
        #expect(slowest.parts.first?.name == "model")
        #expect(slowest.parts.first?.dominates == 20)
        #expect(abs(slowest.parts.reduce(0) { $0 + $1.share } - 1) < 0.01)
        #expect(report.text.contains("model"))
    }

    @Test func theJSONFollowsItsSchema() throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try Repository.text("loadtest/schema/run-report.schema.json").utf8)
            ) as? [String: Any]
        )
        let checker = SchemaChecker(schema)
        for report in [Self.report, RunReport(RunRecord(RunDescription(), .init()))] {
            let value = try JSONSerialization.jsonObject(with: Data(report.json.utf8))
            #expect(checker.faults(of: value) == [])
        }
        #expect(checker.faults(of: ["format": 2]) != [])
    }

    @Test func thePageNeedsNoScriptAndNoNetwork() throws {
        let page = HTMLReport(Self.report, Self.record).text
        #expect(page.contains("<svg") && page.contains("TOO_FEW_SAMPLES") || page.contains("VALID"))
        for word in [
            "<script", "http-equiv=\"refresh\"", "src=", "href=", "url(", "style=\"", "@import",
        ] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("version(&quot;&lt;7&gt;&quot;)") && !page.contains("<7>"))
        #expect(page.contains("default-src 'none'"))
        let document = try XMLish.tags(page)
        #expect(document.isBalanced, "\(document.open)")
    }

    @Test func secondsAreCSV() {
        let lines = CSVReport.text(Self.record).split(separator: "\r\n")
        #expect(lines.count == 1 + 2 * 20)
        #expect(lines[0].hasPrefix("second,route,due,answered,shed,failed,scheduled_p50_ms"))
        #expect(lines[1].hasPrefix("0,a,110,100,0,10,"))
    }

    @Test func assertionsAreJUnit() {
        let text = JUnitReport.text(Self.report)
        #expect(text.contains(#"tests="3" failures="1""#) && text.contains("&lt;7&gt;"))
    }

    @Test func percentileTablesAreTheLibrarys() {
        let text = Self.record.histogram(clock: .scheduled).percentileDistribution
        #expect(text.contains("1/(1-Percentile)") && text.contains("#[Mean"))
    }

    @Test func theLiveViewShowsWhatHappens() {
        var screen = LiveScreen(totalSeconds: 10, takesColor: false)
        var counts = RunProgress.Counts()
        counts.answered = 500
        counts.failed = 3
        for value in 1...500 as ClosedRange<UInt64> { counts.latest.record(value * 10_000) }
        screen.update(counts, seconds: 1)
        let lines = screen.lines(elapsedSeconds: 5).joined(separator: "\n")
        #expect(lines.contains("now 500/s") && lines.contains("failed 3") && lines.contains("p99 "))
        #expect(!lines.contains("\u{1B}"))
        for columns in [20, 40] {
            #expect(
                screen.lines(elapsedSeconds: 5, columns: columns).allSatisfy { $0.count <= columns }
            )
        }
    }

    @Test func theLivePageShowsWhatHappensUntilTheEnd() {
        var course = LiveCourse(target: "http://<shop>", totalSeconds: 10)
        #expect(LivePage(course).text.contains("no answers yet"))
        var counts = RunProgress.Counts()
        counts.answered = 1_500
        counts.failed = 3
        counts.latest.record(2_000_000)
        course.update(counts, seconds: 1, elapsedSeconds: 1)
        let page = LivePage(course).text
        #expect(page.contains("1 of 10 s · answered 1,500 · shed 0 · failed 3"))
        #expect(page.contains("http-equiv=\"refresh\"") && page.contains("&lt;shop&gt;"))
        for _ in 0..<2_000 { course.update(counts, seconds: 1, elapsedSeconds: 2) }
        course.end()
        #expect(!LivePage(course).text.contains("http-equiv=\"refresh\""))
        #expect(LivePage(course).text.utf8.count < 100_000)
    }

    @Test func aGeneratorThatWasLateClaimsNoThroughput() {
        var builder = RecordBuilder()
        let name = SeriesName(route: "a", outcome: .answered(rung: "-"))
        var timing = RequestTiming(intended: 0, ready: 5_000_000)
        timing.sent = 5_000_001
        timing.end = 6_000_000
        let sample = RequestSample(timing: timing, second: 0, series: 0)
        builder.add(
            SampleBatch(samples: Array(repeating: sample, count: 3_000), series: [name], phases: [])
        )
        var description = RunDescription()
        description.scoredSeconds = 1
        let report = RunReport(RunRecord(description, builder.finish()))
        #expect(report.judgement.verdict == .generatorLimited && report.goodput == nil)
        #expect(
            report.text.contains("no throughput is claimed")
                && !report.text.contains("answered 3,000/s")
        )
    }
}

/// Whether the tags of a page close in the order they open.
private struct XMLish {
    private static let void: Set<String> = ["meta", "polyline", "path"]

    var open: [String] = []
    var isBalanced: Bool { open.isEmpty }

    static func tags(_ page: String) throws -> XMLish {
        var result = XMLish()
        for match in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/) {
            let name = String(match.2)
            if match.1 == "/" {
                guard result.open.popLast() == name else {
                    result.open.append("</\(name)>")
                    return result
                }
            } else if match.3.isEmpty, !void.contains(name) {
                result.open.append(name)
            }
        }
        return result
    }
}
