// SPDX-License-Identifier: Apache-2.0

/// What one thread measured; its memory does not grow with the run.
struct Recorder {
    private struct Key: Equatable {
        let route: Int
        let rung: Int
        let version: Int
        let isShed: Bool
    }

    private let routes: [String]
    private var rungs = LabelTable()
    private var versions = LabelTable()
    private var keys: [Key] = []
    private var series: [Series] = []
    private var failures: [[Int]]
    private var timerLag = LatencyHistogram()
    private var connectionWait = LatencyHistogram()
    private var firstByte = LatencyHistogram()
    private var sent = 0
    /// Requests due or sent and not ended, over the run.
    var backlog: BacklogTrace

    init(routes: [String], backlog: BacklogTrace) {
        self.routes = routes
        self.backlog = backlog
        failures = Array(
            repeating: Array(repeating: 0, count: FailureCause.allCases.count),
            count: routes.count
        )
    }

    /// A request went out.
    mutating func countSent(_ timing: RequestTiming) {
        sent += 1
        timerLag.record(timing.ready - min(timing.intended, timing.ready))
        connectionWait.record(timing.sent - timing.ready)
    }

    /// A request that nobody could send: it had no connection.
    mutating func countUnsent(_ timing: RequestTiming) {
        timerLag.record(timing.ready - min(timing.intended, timing.ready))
    }

    /// A whole reply came, good by its status or 503.
    mutating func countReply(
        _ timing: RequestTiming,
        route: Int,
        head: ReplyHead,
        in bytes: UnsafeRawBufferPointer
    ) {
        let key = Key(
            route: route,
            rung: rungs.index(of: UnsafeRawBufferPointer(rebasing: bytes[head.rung])),
            version: versions.index(of: UnsafeRawBufferPointer(rebasing: bytes[head.version])),
            isShed: head.status == 503
        )
        firstByte.record(timing.firstByte - timing.sent)
        series[index(of: key)].record(timing)
    }

    /// A request failed.
    mutating func countFailure(_ cause: FailureCause, route: Int) {
        failures[route][cause.rawValue] += 1
    }

    /// What was measured, for `Measurements` to add up.
    var measurements: Measurements {
        var result = Measurements(backlog: backlog)
        for (key, series) in zip(keys, series) {
            let name = SeriesName(
                route: routes[key.route],
                rung: rungs.labels[key.rung],
                version: versions.labels[key.version],
                isShed: key.isShed
            )
            result.series[name, default: Series()].add(series)
        }
        for (route, counts) in zip(routes, failures) {
            for cause in FailureCause.allCases where counts[cause.rawValue] > 0 {
                result.failures[route, default: [:]][cause, default: 0] += counts[cause.rawValue]
            }
        }
        result.timerLag = timerLag
        result.connectionWait = connectionWait
        result.firstByte = firstByte
        result.sentCount = sent
        return result
    }

    private mutating func index(of key: Key) -> Int {
        if let known = keys.firstIndex(of: key) { return known }
        keys.append(key)
        series.append(Series())
        return keys.count - 1
    }
}
