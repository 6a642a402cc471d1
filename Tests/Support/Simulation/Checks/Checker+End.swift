// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Traffic

extension Checker {
    /// Checks that a client has its answers.
    func checkUnanswered(_ client: SimulatedClient) {
        for sent in client.unanswered {
            fail(.answeredExactlyOnce, "request \(sent.request.number) was never answered")
        }
    }

    /// Checks what holds when nothing is at work any more.
    func checkEnd(_ clients: [SimulatedClient]) {
        for client in clients { checkUnanswered(client) }
        for gateway in world.gateways { checkEnd(gateway) }
    }

    private func checkEnd(_ gateway: SimulatedGateway) {
        checkCalls(gateway)
        for (ordinal, breaker) in gateway.breakers.enumerated() {
            let count = breaker.status(now: world.clock.now).inFlightCount
            if count > 0 {
                fail(.permitsComeHome, "version \(ordinal) has \(count) permits in flight")
            }
        }
        for worker in gateway.workers {
            let (all, resting, free) = worker.decisionCounts
            if all != resting || all != free {
                fail(.decisionsComeHome, "of \(all) decisions \(resting) rest and \(free) are free")
            }
        }
        checkMetrics(gateway)
        checkShed(gateway)
    }

    /// The calls of shadows and workers have come back.
    private func checkCalls(_ gateway: SimulatedGateway) {
        for shadow in gateway.shadows where shadow.meter.inFlightCount != 0 {
            fail(.shadowsComeHome, "\(shadow.meter.inFlightCount) calls of a shadow are out")
        }
        for process in gateway.processes.values where process.takenCount != process.endedCount {
            fail(
                .workersEndTheirCalls,
                "of \(process.takenCount) calls of a worker \(process.endedCount) ended"
            )
        }
    }

    /// Shed, served, degraded, refused: what was counted is what was sent.
    private func checkMetrics(_ gateway: SimulatedGateway) {
        var counted: [ReplyLabels: Int] = [:]
        for sample in gateway.catalog.requests() {
            guard case .number(let count) = sample.value, count > 0 else { continue }
            let values = sample.labels.map(\.value)
            let labels = ReplyLabels(route: values[0], outcome: values[1], status: values[2])
            counted[labels] = Int(count)
        }
        let replyCounts = replyCounts[ObjectIdentifier(gateway)] ?? [:]
        guard counted != replyCounts else { return }
        let labels = Set(counted.keys).union(replyCounts.keys).sorted()
        let differences = labels.filter { counted[$0] != replyCounts[$0] }.map {
            "\($0): \(counted[$0] ?? 0) counted, \(replyCounts[$0] ?? 0) sent"
        }
        fail(.metricsAgree, differences.joined(separator: "; "))
    }
}

extension Checker {
    /// Each reply that says so was counted as shed; calls of handlers that were shed are too.
    private func checkShed(_ gateway: SimulatedGateway) {
        var counted: [String: Int] = [:]
        for sample in gateway.catalog.shed() {
            guard case .number(let count) = sample.value else { continue }
            counted[sample.labels[0].value, default: 0] += Int(count)
        }
        let replies = replyCounts[ObjectIdentifier(gateway)] ?? [:]
        for (route, name) in [("prices", "checkout"), ("recommendations", "recommendation")] {
            let sent = replies.filter { $0.key.route == route && $0.key.outcome == "shed" }
                .values.reduce(0, +)
            guard sent > counted[name] ?? 0 else { continue }
            fail(.metricsAgree, "\(sent) of \(route) shed, \(counted[name] ?? 0) counted")
        }
    }
}

extension MetricCatalog {
    /// The counters of requests.
    fileprivate func requests() -> [MetricSample] {
        families().first { $0.name == "sluice_requests_total" }?.samples ?? []
    }

    /// The counters of what was shed.
    fileprivate func shed() -> [MetricSample] {
        families().first { $0.name == "sluice_shed_total" }?.samples ?? []
    }
}
