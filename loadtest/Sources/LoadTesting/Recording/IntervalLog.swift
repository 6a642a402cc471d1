// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The text form of a record's histograms: an HDR interval log that the official libraries read.
///
/// Version 1.3; each line is one second of one series by one clock.
enum IntervalLog {
    private static let columns =
        #""StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram""#

    // MARK: Writing

    static func text(_ record: RunRecord) -> String {
        let start = String(format: "%.3f", record.description.startedAt)
        let date = Date(timeIntervalSince1970: record.description.startedAt)
        var text = """
            #[Histogram log format version 1.3]
            #[StartTime: \(start) (seconds since epoch), \(date.ISO8601Format())]
            \(columns)

            """
        for interval in record.intervals { text += line(interval, record.series) + "\n" }
        return text
    }

    private static func line(_ interval: RecordedInterval, _ series: [SeriesName]) -> String {
        let last = interval.counts.entries.last.map {
            HistogramLayout.highestNanoseconds(at: $0.index)
        }
        let maximum = String(format: "%.3f", Double(last ?? 0) / 1e6)
        let bytes = Data(CompressedHistogram.encode(interval.payload)).base64EncodedString()
        let tag = SeriesTag(series[interval.series], interval.clock).text
        return "Tag=\(tag),\(interval.second).000,1.000,\(maximum),\(bytes)"
    }

    // MARK: Reading

    /// Reads a log; `file` is what errors call it.
    ///
    /// Throws `RecordError.badLine` for the first line that is none.
    static func read(
        _ text: String,
        file: String
    ) throws(RecordError) -> (series: [SeriesName], intervals: [RecordedInterval]) {
        var numbers: [SeriesName: Int] = [:]
        var series: [SeriesName] = []
        var intervals: [RecordedInterval] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated() where line.hasPrefix("Tag=")
        {
            do throws(LineFault) {
                let (tag, second, payload) = try parse(line)
                let number = numbers[tag.series] ?? series.count
                if number == series.count { series.append(tag.series) }
                numbers[tag.series] = number
                intervals.append(try interval(second, number, tag.clock, payload))
            } catch {
                throw .badLine(file: file, line: index + 1, reason: error.reason)
            }
        }
        return (series, RecordedInterval.merged(intervals))
    }

    private struct LineFault: Error { let reason: String }

    private static func parse(
        _ line: Substring
    ) throws(LineFault) -> (SeriesTag, Int, HistogramPayload) {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 5 else { throw LineFault(reason: "expected five fields") }
        guard let tag = SeriesTag(text: fields[0].dropFirst("Tag=".count)) else {
            throw LineFault(reason: "the tag is not route|arm|version|outcome|clock")
        }
        guard let start = Double(fields[1]), start >= 0,
            start < Double(RunRecord.secondsMaximum)
        else { throw LineFault(reason: "expected a second of the run") }
        guard let data = Data(base64Encoded: String(fields[4])) else {
            throw LineFault(reason: "the histogram is not base64")
        }
        do throws(RecordError) {
            return (tag, Int(start), try CompressedHistogram.decode(Array(data)))
        } catch {
            throw LineFault(reason: error.description)
        }
    }

    private static func interval(
        _ second: Int,
        _ series: Int,
        _ clock: LatencyClock,
        _ payload: HistogramPayload
    ) throws(LineFault) -> RecordedInterval {
        do throws(RecordError) {
            return try RecordedInterval(second, series, clock, payload)
        } catch {
            throw LineFault(reason: error.description)
        }
    }
}
