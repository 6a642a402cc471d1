// SPDX-License-Identifier: Apache-2.0

/// What faults did to a target: before, during and after each; times in milliseconds.
package struct ChaosReport: Sendable, Encodable {
    /// Some seconds of a run.
    package struct Window: Hashable, Sendable, Encodable {
        /// The first second.
        package let startSeconds: Int
        /// The second behind the last one.
        package let endSeconds: Int
        /// Requests that were due.
        package let due: Int
        /// Share of them with a good answer; nil when none was due.
        package let answeredShare: Double?
        /// Good answers per second.
        package let goodput: Double
        /// Scheduled latency by percentile, such as `p99`; only those with enough samples.
        package let percentilesMs: [String: Double]
        /// The largest scheduled latency; nil without answers.
        package let maxMs: Double?
        /// Share of the due requests by the rung that answered, `shed` and causes of failure.
        package let outcomes: [String: Double]
    }

    /// One fault.
    package struct Fault: Hashable, Sendable, Encodable {
        /// Its name.
        package let name: String
        /// When it began, in seconds since the start of the scored part; nil when it did not.
        package let beganSeconds: Double?
        /// When it was over.
        package let endedSeconds: Double?
        /// The seconds before it.
        package let before: Window?
        /// The seconds it lasted.
        package let during: Window?
        /// The seconds after it, or after the recovery.
        package let after: Window?
        /// From its end until the first of three seconds in a row that meet the objectives; nil when
        /// the run does not show it.
        package let recoverySeconds: Double?
    }

    /// Seconds shown before and after a fault.
    static let windowSeconds = 10

    /// The faults, in the order of the scenario.
    package let faults: [Fault]
    /// What was done, in order.
    package let events: [ChaosEvent]

    /// What could not be done: such a run did not test what it was meant to.
    package var failures: [ChaosEvent] { events.filter(\.hasFailed) }
}

extension ChaosReport {
    /// Reports the faults of a recorded run; nil when it had none.
    ///
    /// Seconds count as good by the run's own assertions, those that are simple enough; without any,
    /// when nearly all is answered and not much slower than before.
    package init?(_ record: RunRecord) {
        guard let log = record.description.chaos else { return nil }
        let objectives = record.description.assertions.compactMap(Objective.init)
        let good = GoodSeconds(record, objectives)
        events = log.events
        let begins = events.filter { $0.isBeginning && !$0.hasFailed }.map(\.atSeconds)
        faults = log.faults.map { name in
            let own = log.events.filter { $0.fault == name && !$0.hasFailed }
            guard let began = own.first(where: \.isBeginning)?.atSeconds else {
                return Fault(unbegun: name)
            }
            let ended = own.first { !$0.isBeginning }?.atSeconds ?? began
            let next = begins.filter { $0 > began }.min() ?? Double(record.seconds.count)
            return Fault(name, began...max(began, ended), until: next, record, good)
        }
    }
}

extension ChaosReport.Fault {
    fileprivate init(unbegun name: String) {
        self.name = name
        (beganSeconds, endedSeconds, recoverySeconds) = (nil, nil, nil)
        (before, during, after) = (nil, nil, nil)
    }

    fileprivate init(
        _ name: String,
        _ time: ClosedRange<Double>,
        until next: Double,
        _ record: RunRecord,
        _ good: GoodSeconds
    ) {
        self.name = name
        (beganSeconds, endedSeconds) = (time.lowerBound, time.upperBound)
        let length = ChaosReport.windowSeconds
        let all = record.seconds
        let first = max(0, min(Int(time.lowerBound), all.upperBound))
        let end = min(max(Int(time.upperBound.rounded(.up)), first + 1), all.upperBound)
        let before = max(0, first - length)..<first
        recoverySeconds = Recovery.seconds(
            after: time.upperBound,
            good.judged(before: before)
        )
        let well = min(
            Int((time.upperBound + (recoverySeconds ?? 0)).rounded(.up)),
            all.upperBound
        )
        let last = max(well, min(well + length, Int(next), all.upperBound))
        self.before = ChaosReport.Window(record, before)
        during = ChaosReport.Window(record, first..<max(first, end))
        after = ChaosReport.Window(record, well..<last)
    }
}

extension ChaosReport.Window {
    /// The seconds of a record; nil when there are none.
    fileprivate init?(_ record: RunRecord, _ seconds: Range<Int>) {
        guard !seconds.isEmpty else { return nil }
        let measured = Measurements(record, seconds: seconds)
        let latency = measured.answered.scheduled
        let due = Double(measured.ended.count)
        (startSeconds, endSeconds) = (seconds.lowerBound, seconds.upperBound)
        self.due = Int(due)
        answeredShare = due > 0 ? Double(latency.count) / due : nil
        goodput = Double(latency.count) / Double(seconds.count)
        maxMs = latency.count > 0 ? Double(latency.maximumNanoseconds) / 1e6 : nil
        var percentiles: [String: Double] = [:]
        for percentile in SearchReport.percentiles {
            guard let value = latency.supportedNanoseconds(atPercentile: percentile) else {
                continue
            }
            percentiles[RunReport.name(ofPercentile: percentile)] = Double(value) / 1e6
        }
        percentilesMs = percentiles
        var counts: [String: Double] = [:]
        for (name, series) in measured.series {
            counts[name.outcome.name, default: 0] += Double(series.count)
        }
        outcomes = counts.mapValues { due > 0 ? $0 / due : 0 }
    }
}
