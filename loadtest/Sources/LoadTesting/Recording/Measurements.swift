// SPDX-License-Identifier: Apache-2.0

/// The totals of a recorded run, or of some seconds of it.
package struct Measurements: Sendable {
    /// Requests that have ended, by what they are counted under.
    package private(set) var series: [SeriesName: Series] = [:]
    /// Requests that had not ended when the run was stopped.
    package let unfinishedCount: Int
    /// CPU seconds of the threads that send.
    package let processorSeconds: Double
    /// Connections opened.
    package let connectionCount: Int

    /// Adds up a record's seconds; all of them unless told.
    package init(_ record: RunRecord, seconds: Range<Int>? = nil) {
        unfinishedCount = record.description.unfinished
        processorSeconds = record.description.processorSeconds
        connectionCount = record.description.connectionsOpened
        for interval in record.intervals where seconds?.contains(interval.second) ?? true {
            series[record.series[interval.series], default: Series()].add(interval)
        }
    }

    /// The series that are meant, as one.
    package func total(_ selector: SeriesSelector) -> Series {
        total { selector.matches($0) }
    }

    /// The series of which `isMeant` holds, as one.
    package func total(where isMeant: (SeriesName) -> Bool) -> Series {
        var sum = Series()
        for (name, series) in series where isMeant(name) { sum.add(series) }
        return sum
    }

    /// Good answers.
    package var answered: Series { total(SeriesSelector()) }
    /// Every request that has ended.
    package var ended: Series { total(SeriesSelector(outcomes: .any)) }
    /// How late this process was ready to send: our fault.
    package var timerLag: LatencyHistogram { ended[.timerLag] }
    /// How long requests waited for a free connection: the server's fault.
    package var connectionWait: LatencyHistogram { ended[.connectionWait] }
    /// From sent to the first byte of an answer.
    package var firstByte: LatencyHistogram { answered[.firstByte] }

    /// Requests refused with 503.
    package var shedCount: Int { Int(total(SeriesSelector(outcomes: .shed)).count) }

    /// Failed requests by route and cause.
    package var failures: [String: [FailureCause: Int]] {
        var failures: [String: [FailureCause: Int]] = [:]
        for (name, series) in series {
            guard case .failed(let cause) = name.outcome else { continue }
            failures[name.route, default: [:]][cause, default: 0] += Int(series.count)
        }
        return failures
    }

    /// Failed requests.
    package var failureCount: Int { Int(total(SeriesSelector(outcomes: .failed)).count) }

    /// Failed requests of one cause.
    package func failureCount(_ cause: FailureCause) -> Int {
        failures.values.reduce(0) { $0 + ($1[cause] ?? 0) }
    }
}
