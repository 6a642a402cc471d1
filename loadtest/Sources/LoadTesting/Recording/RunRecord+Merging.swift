// SPDX-License-Identifier: Apache-2.0

extension RunRecord {
    /// The records of processes that sent one load together, as one: histograms and counts add up.
    ///
    /// - Throws: `RecordError.different` when they are not parts of one load.
    package static func merged(_ records: [RunRecord]) throws(RecordError) -> RunRecord? {
        guard var merged = records.first else { return nil }
        for other in records.dropFirst() {
            try merged.description.add(other.description)
            merged = merged.adding(other)
        }
        return merged
    }

    /// The other's series under this record's numbers, new ones behind them.
    private func adding(_ other: RunRecord) -> RunRecord {
        var names = series
        let numbers = other.series.map { name in
            if let known = names.firstIndex(of: name) { return known }
            names.append(name)
            return names.count - 1
        }
        let moved = other.intervals.map { $0.moved(toSeries: numbers[$0.series]) }
        return RunRecord(
            description,
            series: names,
            intervals: RecordedInterval.merged(intervals + moved)
        )
    }
}

extension RunDescription {
    /// Adds a process that sent a part of the same load.
    fileprivate mutating func add(_ other: RunDescription) throws(RecordError) {
        if let difference = difference(from: other) { throw .different(difference) }
        askedRate = askedRate.flatMap { mine in other.askedRate.map { mine + $0 } }
        for index in phases.indices {
            phases[index].rate = phases[index].rate.flatMap { mine in
                other.phases[index].rate.map { mine + $0 }
            }
        }
        startedAt = min(startedAt, other.startedAt)
        connections += other.connections
        threads += other.threads
        connectionsOpened += other.connectionsOpened
        processorSeconds += other.processorSeconds
        elapsedSeconds = max(elapsedSeconds, other.elapsedSeconds)
        wasInterrupted = wasInterrupted || other.wasInterrupted
        unfinished += other.unfinished
        backlog = zip(backlog, other.backlog).map { $0 + $1 }
        assertions += other.assertions.filter { !assertions.contains($0) }
        chaos = chaos ?? other.chaos
        slowest = Array(
            (slowest + other.slowest).sorted { $0.scheduled > $1.scheduled }
                .prefix(SlowestRequests.countMaximum)
        )
    }

    /// Why two processes did not send parts of one load; nil when they may have.
    private func difference(from other: RunDescription) -> String? {
        if scenario != other.scenario { return "they sent different scenarios" }
        if target != other.target { return "they went to different targets" }
        if loop != other.loop || arrivals != other.arrivals { return "they sent in different ways" }
        if routes != other.routes { return "they sent different requests" }
        let spans = [self, other].map { run in
            run.phases.map { [$0.startSeconds, $0.endSeconds] }
        }
        if spans[0] != spans[1] { return "they were of different lengths" }
        if seed == other.seed { return "both had seed \(seed): they sent the same arrivals" }
        return nil
    }
}

extension RecordedInterval {
    /// The same times under another number of their series.
    fileprivate func moved(toSeries series: Int) -> RecordedInterval {
        RecordedInterval(second, series, clock, counts)
    }
}
