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
        for (ordinal, breaker) in world.gateway.breakers.enumerated() {
            let count = breaker.status(now: world.clock.now).inFlightCount
            if count > 0 {
                fail(.permitsComeHome, "version \(ordinal) has \(count) permits in flight")
            }
        }
        for worker in world.gateway.workers {
            let (all, resting, free) = worker.decisionCounts
            if all != resting || all != free {
                fail(.decisionsComeHome, "of \(all) decisions \(resting) rest and \(free) are free")
            }
        }
        checkMetrics()
    }

    /// Shed, served, degraded, refused: what was counted is what was sent.
    private func checkMetrics() {
        var counted: [ReplyLabels: Int] = [:]
        for sample in world.gateway.catalog.requests() {
            guard case .number(let count) = sample.value, count > 0 else { continue }
            let values = sample.labels.map(\.value)
            let labels = ReplyLabels(route: values[0], outcome: values[1], status: values[2])
            counted[labels] = Int(count)
        }
        guard counted != replyCounts else { return }
        let labels = Set(counted.keys).union(replyCounts.keys).sorted()
        let differences = labels.filter { counted[$0] != replyCounts[$0] }.map {
            "\($0): \(counted[$0] ?? 0) counted, \(replyCounts[$0] ?? 0) sent"
        }
        fail(.metricsAgree, differences.joined(separator: "; "))
    }
}

extension MetricCatalog {
    /// The counters of requests.
    fileprivate func requests() -> [MetricSample] {
        families().first { $0.name == "sluice_requests_total" }?.samples ?? []
    }
}
