// SPDX-License-Identifier: Apache-2.0

/// What a run measured, of one thread or of all.
package struct Measurements: Sendable {
    /// Replies, by what they are counted under.
    package var series: [SeriesName: Series] = [:]
    /// Failed requests by route and cause.
    package var failures: [String: [FailureCause: Int]] = [:]
    /// How late this process was ready to send: our fault.
    package var timerLag = LatencyHistogram()
    /// How long requests waited for a free connection: the server's fault.
    package var connectionWait = LatencyHistogram()
    /// From sent to the first byte of the reply.
    package var firstByte = LatencyHistogram()
    /// Requests sent in the scored part.
    package var sentCount = 0
    /// Requests that had not ended when the run was stopped.
    package var unfinishedCount = 0
    /// CPU seconds of the threads that send.
    package var processorSeconds = 0.0
    /// Connections opened.
    package var connectionCount = 0
    /// Requests due and not ended, over the run.
    package var backlog: BacklogTrace

    /// Nothing measured yet.
    package init(backlog: BacklogTrace) { self.backlog = backlog }

    /// Adds what another thread measured in the same run.
    package mutating func add(_ other: Measurements) {
        series.merge(other.series) { mine, theirs in mine.adding(theirs) }
        for (route, causes) in other.failures {
            failures[route, default: [:]].merge(causes, uniquingKeysWith: +)
        }
        timerLag.add(other.timerLag)
        connectionWait.add(other.connectionWait)
        firstByte.add(other.firstByte)
        sentCount += other.sentCount
        unfinishedCount += other.unfinishedCount
        processorSeconds += other.processorSeconds
        connectionCount += other.connectionCount
        backlog.add(other.backlog)
    }

    /// The replies of which `isMeant` holds, in one series.
    package func total(where isMeant: (SeriesName) -> Bool) -> Series {
        series.filter { isMeant($0.key) }.values.reduce(Series()) { $0.adding($1) }
    }

    /// Good answers.
    package var answered: Series { total { !$0.isShed } }

    /// Requests refused with 503.
    package var shedCount: Int { Int(total { $0.isShed }.count) }

    /// Failed requests.
    package var failureCount: Int { failures.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

    /// Failed requests of one cause.
    package func failureCount(_ cause: FailureCause) -> Int {
        failures.values.reduce(0) { $0 + ($1[cause] ?? 0) }
    }
}

extension Series {
    fileprivate func adding(_ other: Series) -> Series {
        var sum = self
        sum.add(other)
        return sum
    }
}
