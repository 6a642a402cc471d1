// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import LoadTesting

/// A record keeps what was measured: in memory, in its files, and for other tools.
struct RunRecordTests {
    /// What the official Python library says of a line of a log.
    struct Line: Decodable {
        let tag: String?
        let second: Int?
        let count: UInt64
        let values: [UInt64]
    }

    private static let percentiles = [50, 90, 95, 99, 99.9, 99.99, 100]

    @Test func aSavedRecordIsReadBack() throws {
        let record = Self.sample(seconds: 3)
        let folder = NSTemporaryDirectory() + "record-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try record.save(folder)
        let again = try RunRecord.load(folder)
        #expect(again.description == record.description)
        #expect(again.series.count == record.series.count)
        for selector in [SeriesSelector(), .init(route: "a"), .init(outcomes: .failed)] {
            #expect(again.counts(of: selector) == record.counts(of: selector))
            for clock in record.clocks(of: selector) {
                let pair = [record, again].map { $0.histogram(of: selector, clock: clock) }
                #expect(
                    Self.percentiles.map(pair[0].nanoseconds)
                        == Self.percentiles.map(pair[1].nanoseconds)
                )
            }
        }
    }

    @Test func secondsAndSeriesAreKeptApart() {
        let record = Self.sample(seconds: 3)
        #expect(record.seconds == 0..<3)
        #expect(record.goodCounts() == [200, 200, 200])
        #expect(record.goodCounts(route: "a") == [100, 100, 100])
        #expect(record.counts(of: SeriesSelector(outcomes: .failed)) == [10, 10, 10])
        #expect(
            record.histograms(of: .init(version: "7"), clock: .scheduled).map(\.count) == [
                100, 100, 100,
            ]
        )
        #expect(record.histogram(of: .init(), clock: .phase("model"), in: 1..<2).count == 100)
        #expect(record.clocks().contains(.outsideServer))
    }

    @Test func whatTheOfficialLibraryWroteIsRead() throws {
        let text = try Repository.text("loadtest/Tests/Interop/python-hdrhistogram.hlog")
        let (_, intervals) = try IntervalLog.read(text, file: "fixture")
        let last = try #require(text.split(separator: "\n").last)
        let expected = try JSONDecoder().decode([Line].self, from: Data(last.dropFirst().utf8))
        #expect(intervals.count == 4)
        for (interval, line) in zip(intervals, expected) {
            var histogram = LatencyHistogram()
            histogram.add(interval.counts)
            #expect(histogram.count == line.count)
            #expect(Self.percentiles.map(histogram.nanoseconds) == line.values)
            #expect(try HistogramPayload(interval.counts).counts() == interval.counts)
        }
    }

    @Test(.enabled(if: Self.hasLibrary, "pip install hdrhistogram"))
    func theOfficialLibraryReadsWhatWeWrite() throws {
        let record = Self.sample(seconds: 4)
        let folder = NSTemporaryDirectory() + "record-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try record.save(folder)
        let output = try Self.python([
            "loadtest/Tests/Interop/histogram_log.py", "read", folder + "/run.hlog",
        ])
        let lines = try JSONDecoder().decode([Line].self, from: output)
        #expect(lines.count == record.intervals.count)
        for line in lines {
            let tag = try #require(SeriesTag(text: line.tag ?? ""))
            let number = try #require(record.series.firstIndex(of: tag.series))
            let interval = try #require(
                record.intervals.first {
                    ($0.second, $0.series) == (line.second, number) && $0.clock == tag.clock
                }
            )
            var histogram = LatencyHistogram()
            histogram.add(interval.counts)
            #expect(histogram.count == line.count)
            #expect(Self.percentiles.map(histogram.nanoseconds) == line.values, "\(tag.text)")
        }
    }

    @Test func damagedLogsAreRefusedWithTheirLine() throws {
        let text = IntervalLog.text(Self.sample(seconds: 2))
        var generator = SeededGenerator(seed: 5)
        for round in 0..<400 {
            var bytes = Array(text.utf8)
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            do {
                _ = try IntervalLog.read(String(decoding: bytes, as: UTF8.self), file: "x")
            } catch {
                #expect(error.description.hasPrefix("x:"), "round \(round): \(error)")
            }
        }
    }

    @Test func tagsSurviveAnyLabel() {
        var generator = SeededGenerator(seed: 6)
        let letters = Array("ab|,% \n#=ü\"\\-shed:failed")
        for _ in 0..<500 {
            let labels = (0..<4).map { _ in
                String((0...8).map { _ in letters.randomElement(using: &generator) ?? "a" })
            }
            let name = SeriesName(
                route: labels[0],
                arm: labels[1],
                version: labels[2],
                outcome: .answered(rung: labels[3])
            )
            let tag = SeriesTag(name, .phase(labels[0]))
            #expect(SeriesTag(text: tag.text) == tag)
            #expect(!tag.text.contains { ", \n".contains($0) })
        }
    }

    // MARK: Parts

    /// Two routes with a hundred answers a second each, and ten failures.
    static func sample(seconds: Int) -> RunRecord {
        var builder = RecordBuilder()
        let series = [
            SeriesName(route: "a", arm: "x", version: "7", outcome: .answered(rung: "model")),
            SeriesName(route: "b", outcome: .answered(rung: "-")),
            SeriesName(route: "a", outcome: .failed(.timeout)),
        ]
        var generator = SeededGenerator(seed: 3)
        for second in 0..<seconds {
            var samples: [RequestSample] = []
            for (number, count) in [100, 100, 10].enumerated() {
                for _ in 0..<count {
                    samples.append(sample(second, number, &generator))
                }
            }
            // In two batches, as two threads hand them over.
            for part in [samples.prefix(120), samples.dropFirst(120)] {
                builder.add(
                    SampleBatch(samples: Array(part), series: series, phases: ["model", "total"])
                )
            }
        }
        var description = RunDescription()
        description.scoredSeconds = Double(seconds)
        description.durationSeconds = Double(seconds)
        description.elapsedSeconds = Double(seconds)
        description.routes = ["a", "b"]
        description.backlog = [Int](repeating: 1, count: BacklogTrace.slotCount)
        return RunRecord(description, builder.finish())
    }

    private static func sample(
        _ second: Int,
        _ series: Int,
        _ generator: inout SeededGenerator
    ) -> RequestSample {
        let due = UInt64(second) * 1_000_000_000 + 5_000_000_000
        var timing = RequestTiming(intended: due, ready: due + 40_000)
        timing.sent = timing.ready + 2_000
        timing.firstByte = timing.sent + UInt64.random(in: 100_000...9_000_000, using: &generator)
        timing.end = timing.firstByte + 10_000
        var sample = RequestSample(timing: timing, second: UInt32(second), series: UInt32(series))
        if series == 0 {
            sample.phases[0] = 40
            sample.phases[1] = 70
        }
        return sample
    }

    private static var hasLibrary: Bool { (try? python(["-c", "import hdrh"])) != nil }

    private static func python(_ arguments: [String]) throws -> Data {
        struct Failed: Error {}
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.start()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
        return data
    }
}
