// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import LoadTesting

/// What a run must fulfil, and where its reports go.
struct ReportOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What the run must fulfil; exit code 99 when it does not. Repeatable.",
            discussion: """
                answered >= 99.9%, failed <= 0%, goodput >= 500/s, samples >= 5000, \
                scheduled.p99 < 50ms, server("model").p95 < 5ms, \
                version("3").service.p95 <= version("2").service.p95 * 1.1; with a route's name, \
                phase("…"), version("…"), arm("…") or rung("…") and a dot before it, of those.
                """
        )
    )
    var assert: [String] = []

    @Flag(name: .long, help: "Print the report as JSON (loadtest/schema/run-report.schema.json).")
    var json = false

    @Option(name: .long, help: "Write the record and every report into this folder.")
    var out: String?

    @Option(name: .long, help: "Write the HTML report to this file.")
    var html: String?

    @Option(name: .long, help: "Write the verdict and the assertions as JUnit XML to this file.")
    var junit: String?

    @Option(name: .long, help: "Write the seconds as CSV to this file.")
    var csv: String?

    func validate() throws { _ = try assertions() }

    /// The assertions of the command line.
    func assertions() throws -> [Assertion] {
        try assert.map { text in
            do throws(AssertionError) {
                return try Assertion(text)
            } catch {
                throw ValidationError("--assert: \(error)")
            }
        }
    }

    /// Judges a record, prints its report and writes what was asked for.
    func deliver(_ record: RunRecord, writesRecord: Bool) throws {
        let assertions = try record.description.assertions.map { try Assertion($0) }
        let report = RunReport(record, asserting: assertions)
        print(json ? report.json : report.text)
        try write(report, record, writesRecord: writesRecord)
        for missed in report.assertions where !missed.isMet {
            StandardError.write("assertion missed: \(missed.text): \(missed.detail)")
        }
        try Self.end(report)
    }

    private func write(_ report: RunReport, _ record: RunRecord, writesRecord: Bool) throws {
        if let out, writesRecord { try ReportFolder.write(report, of: record, to: out) }
        if let out, !writesRecord { try ReportFolder.writeReports(report, of: record, to: out) }
        if let html { try ReportFolder.write(.html, report, of: record, to: html) }
        if let junit { try ReportFolder.write(.junit, report, of: record, to: junit) }
        if let csv { try ReportFolder.write(.csv, report, of: record, to: csv) }
    }

    private static func end(_ report: RunReport) throws {
        if report.wasInterrupted { throw ExitCode.interrupted }
        if report.judgement.verdict != .valid { throw ExitCode.invalidRun }
        if report.hasMissedAssertion { throw ExitCode.missedObjective }
    }
}
