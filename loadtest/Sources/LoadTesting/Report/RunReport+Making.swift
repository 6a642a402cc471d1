// SPDX-License-Identifier: Apache-2.0

extension RunReport {
    /// Reports a recorded run, and judges it by assertions.
    package init(_ record: RunRecord, asserting assertions: [Assertion] = []) {
        let description = record.description
        let measured = Measurements(record)
        let answers = measured.answered
        let failures = measured.failures
        judgement = Judgement(Judgement.Facts(record))
        self.assertions = assertions.map { $0.judge(record) }
        wasInterrupted = description.wasInterrupted
        target = description.target
        scenario = description.scenario
        host = description.host
        startedAt = description.startedAt
        loop = description.loop
        arrivals = description.arrivals
        seed = description.seed
        askedRate = description.askedRate
        goodput =
            judgement.verdict == .generatorLimited ? nil : Self.goodput(answers.count, description)
        elapsedSeconds = description.elapsedSeconds
        answered = Int(answers.count)
        shed = measured.shedCount
        failed = measured.failureCount
        unfinished = description.unfinished
        due = answered + shed + failed + unfinished
        self.failures = Self.names(
            failures.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        )
        total = Row("total", answers)
        routes = description.routes.map { Self.route($0, measured, failures[$0] ?? [:]) }
        phases = description.phases.filter(\.isScored).map { Self.phase($0, record) }
        rungs = Self.rows(measured, \.rung)
        versions = Self.rows(measured, \.version)
        arms = Self.rows(measured, \.arm)
        serverPhases = Self.serverPhases(answers)
        slowest = TailAttribution(record, answered: answered)
        timerLag = Latency(measured.timerLag)
        connectionWait = Latency(measured.connectionWait)
        firstByte = Latency(answers[.firstByte])
        backlog = description.backlog
        generatorCpu = Self.generatorCpu(description)
        connectionsOpened = description.connectionsOpened
    }

    private static func goodput(_ answered: UInt64, _ description: RunDescription) -> Double {
        let seconds =
            description.wasInterrupted
            ? min(description.elapsedSeconds, description.scoredSeconds)
            : description.scoredSeconds
        return seconds > 0 ? Double(answered) / seconds : 0
    }

    private static func generatorCpu(_ description: RunDescription) -> Double {
        let seconds = description.elapsedSeconds + description.warmUpSeconds
        return seconds > 0 ? description.processorSeconds / seconds : 0
    }

    private static func route(
        _ name: String,
        _ measured: Measurements,
        _ failures: [FailureCause: Int]
    ) -> Route {
        let answered = measured.total(SeriesSelector(route: name))
        let due = measured.total(SeriesSelector(route: name, outcomes: .any)).count
        return Route(
            name: name,
            due: Int(due),
            answered: Row(name, answered),
            shed: Row(name, measured.total(SeriesSelector(route: name, outcomes: .shed))),
            failed: names(failures),
            answeredShare: due == 0 ? 0 : Double(answered.count) / Double(due)
        )
    }

    private static func phase(_ phase: RunDescription.Phase, _ record: RunRecord) -> Phase {
        let measured = Measurements(record, seconds: phase.seconds)
        return Phase(
            name: phase.name,
            startSeconds: phase.startSeconds,
            endSeconds: phase.endSeconds,
            askedRate: phase.rate,
            due: Int(measured.ended.count),
            answered: Row(phase.name, measured.answered)
        )
    }

    /// Answers by route and something else; what no reply names has no row.
    private static func rows(
        _ measured: Measurements,
        _ label: @escaping (SeriesName) -> String?
    ) -> [Row] {
        let name = { (series: SeriesName) in label(series).map { "\(series.route) \($0)" } }
        let answered = measured.series.keys.filter(\.outcome.isAnswer)
        let named = answered.filter { label($0) != LabelTable.absent }
        return Set(named.compactMap(name)).sorted().map { wanted in
            Row(wanted, measured.total { $0.outcome.isAnswer && name($0) == wanted })
        }
    }

    private static func serverPhases(_ answers: Series) -> [Part] {
        let clocks = answers.histograms.keys.compactMap { clock -> String? in
            if case .phase(let name) = clock { name } else { nil }
        }
        // The sum of the others last.
        let isLate = [LatencyClock.totalPhase: 2, "network+client": 1]
        return clocks.sorted { (isLate[$0] ?? 0, $0) < (isLate[$1] ?? 0, $1) }
            .map { Part(name: $0, latency: Latency(answers[.phase($0)])) }
    }

    private static func names(_ failures: [FailureCause: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: failures.map { ($0.key.name, $0.value) })
    }
}
