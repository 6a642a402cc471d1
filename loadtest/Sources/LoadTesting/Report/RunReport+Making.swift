// SPDX-License-Identifier: Apache-2.0

extension RunReport {
    /// Reports a run.
    package init(_ settings: LoadSettings, routes names: [String], _ outcome: LoadRun.Outcome) {
        let measured = outcome.measurements
        let series = measured.answered
        let count = Int(series.count)
        due = count + measured.shedCount + measured.failureCount + measured.unfinishedCount
        answered = count
        shed = measured.shedCount
        failed = measured.failureCount
        unfinished = measured.unfinishedCount
        failures = Self.names(
            measured.failures.values.reduce(into: [:]) { sum, causes in
                sum.merge(causes, uniquingKeysWith: +)
            }
        )
        wasInterrupted = outcome.wasInterrupted
        target = settings.target
        seed = settings.seed
        askedRate = settings.askedRate
        (loop, arrivals) =
            if case .open(let process, _) = settings.pace { ("open", process) } else {
                ("closed", nil)
            }
        elapsedSeconds = outcome.elapsedSeconds
        let seconds = wasInterrupted ? elapsedSeconds : settings.scoredSeconds
        goodput = seconds > 0 ? Double(count) / seconds : 0
        total = Row("total", series)
        self.routes = names.map { Self.route($0, measured) }
        rungs = Self.rows(measured) { "\($0.route) \($0.rung ?? "")" }
        versions = Self.rows(measured) { "\($0.route) \($0.version)" }
        timerLag = Latency(measured.timerLag)
        connectionWait = Latency(measured.connectionWait)
        firstByte = Latency(measured.firstByte)
        backlog = outcome.record.description.backlog
        let length = outcome.elapsedSeconds + settings.warmUpSeconds
        generatorCpu = length > 0 ? measured.processorSeconds / length : 0
        connectionsOpened = measured.connectionCount
        judgement = Judgement(.init(settings, outcome))
    }

    private static func route(_ name: String, _ measured: Measurements) -> Route {
        let answered = measured.total { $0.route == name && $0.outcome.isAnswer }
        let shed = measured.total { $0.route == name && $0.outcome == .shed }
        let failures = measured.failures[name] ?? [:]
        let due = answered.count + shed.count + UInt64(failures.values.reduce(0, +))
        return Route(
            name: name,
            due: Int(due),
            answered: Row(name, answered),
            shed: Row(name, shed),
            failed: names(failures),
            answeredShare: due == 0 ? 0 : Double(answered.count) / Double(due)
        )
    }

    private static func rows(
        _ measured: Measurements,
        _ name: (SeriesName) -> String
    ) -> [Row] {
        let names = Set(measured.series.keys.filter { $0.outcome.isAnswer }.map(name))
        return names.sorted().map { wanted in
            Row(wanted, measured.total { $0.outcome.isAnswer && name($0) == wanted })
        }
    }

    private static func names(_ failures: [FailureCause: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: failures.map { ($0.key.name, $0.value) })
    }
}

extension Judgement.Facts {
    /// The facts of a run.
    package init(_ settings: LoadSettings, _ outcome: LoadRun.Outcome) {
        let measured = outcome.measurements
        let answered = measured.answered.count
        let ended = Int(answered) + measured.shedCount + measured.failureCount
        let unconnected = measured.failureCount(.connectionWait)
        self.init(
            askedRate: settings.askedRate,
            seconds: settings.scoredSeconds,
            answered: answered,
            timerLagNanoseconds: measured.timerLag.supportedNanoseconds(atPercentile: 99),
            backlogGrowth: outcome.wasInterrupted
                ? 0 : BacklogTrace.growth(outcome.record.description.backlog),
            connectionWaitShare: Double(unconnected) / Double(max(ended, 1))
        )
    }
}
