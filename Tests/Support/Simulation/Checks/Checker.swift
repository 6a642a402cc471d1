// SPDX-License-Identifier: Apache-2.0
import Traffic

/// Holds every reply, and the end of a run, against the invariants.
final class Checker {
    /// What a reply may be later than its deadline: the timer that ends a stage fires at its
    /// moment on virtual time, so nothing but rounding is left.
    static let latenessNanosecondsMax: UInt64 = 1_000_000

    /// The first invariant that did not hold.
    private(set) var violation: Violation?
    /// Replies sent by each gateway, by the labels the metrics count them under.
    private(set) var replyCounts: [ObjectIdentifier: [ReplyLabels: Int]] = [:]
    private(set) var replyCount = 0
    /// What replies were seen of, to tell whether runs go where faults hide.
    private(set) var sights: Set<String> = []
    /// Replies of decisions from the assigned rung, by route, since the last reset.
    var assignedCounts: [String: Int] = [:]
    private var decisions: Set<String> = []
    /// What became of units when not all could be answered.
    var admissions = AdmissionRecord()
    /// By model and weights.
    private var splits: [String: TrafficSplit] = [:]
    unowned let world: World

    init(_ world: World) {
        self.world = world
    }

    func fail(_ invariant: Invariant, _ detail: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, detail: detail(), steps: world.lastSteps)
    }

    /// Says that another run, without shadows, has sent other replies.
    func changedByShadows() -> Violation {
        fail(.shadowsChangeNothing, "without shadows other replies are sent, or at other times")
        return violation!
    }

    /// Checks a reply against what was asked.
    func check(
        _ reply: SimulatedReply,
        to sent: SimulatedClient.Sent,
        from client: SimulatedClient,
        freeSince: UInt64
    ) {
        replyCount += 1
        let request = sent.request
        let labels = ReplyLabels(reply, to: sent)
        replyCounts[ObjectIdentifier(client.gateway), default: [:]][labels, default: 0] += 1
        note(reply)
        checkAdmission(reply, sent, client)
        checkBreakers()
        guard isExpected(reply, to: sent) else {
            return fail(.replyIsValid, "\(reply.status) to request \(request.number)")
        }
        guard reply.status == 200, request.route != "other" else { return }
        checkTime(of: sent, client, freeSince: freeSince)
        if reply.rung == "assigned" { assignedCounts[request.route, default: 0] += 1 }
        guard reply.shop == request.shop else {
            return fail(
                .repliesKeepOrder,
                "request \(request.number) got the reply of \(reply.shop ?? "nobody")"
            )
        }
        if let decision = reply.decision, !decisions.insert(decision).inserted {
            fail(.answeredExactlyOnce, "decision \(decision) was sent twice")
        }
        checkAssignment(reply, sent, client)
        checkContent(reply, request)
    }

    private func note(_ reply: SimulatedReply) {
        sights.insert("\(reply.status)")
        if reply.closes { sights.insert("Connection: close") }
        if let rung = reply.rung { sights.insert(rung) }
        if let reason = reply.json["reason"] as? String { sights.insert(reason) }
    }

    private func isExpected(_ reply: SimulatedReply, to sent: SimulatedClient.Sent) -> Bool {
        // The edge refuses what does not become a request in time.
        guard sent.isRead else {
            return (400..<500).contains(reply.status) && reply.closes
        }
        if reply.status == 503 { return reply.retryAfterSeconds != nil }
        switch sent.request.kind {
        case .prices, .recommendations, .health: return reply.status == 200
        case .unknownPath: return reply.status == 404
        case .badBody(let status): return reply.status == status
        case .garbage: return reply.status == 400 && reply.closes
        }
    }

    // MARK: Time

    private func checkTime(
        of sent: SimulatedClient.Sent,
        _ client: SimulatedClient,
        freeSince: UInt64
    ) {
        let now = world.clock.now
        let limit = min(
            client.gateway.budgetMilliseconds,
            sent.request.headerMilliseconds ?? .max
        )
        let reserve = LatencyBudget.networkReserveNanoseconds
        let budget = max(limit * 1_000_000, reserve) - reserve
        // A request's time begins with its first byte, or when the connection turns to it.
        let start = max(sent.firstByte, freeSince)
        let due = max(start + budget, sent.lastByte ?? 0)
        let stalled = world.clock.stalledBeforeNow - sent.stalledBefore
        guard now > due + Self.latenessNanosecondsMax + stalled else { return }
        fail(
            .answeredInTime,
            "request \(sent.request.number) was answered \((now - due) / 1_000) µs late"
        )
    }

    // MARK: Assignment

    private func checkAssignment(
        _ reply: SimulatedReply,
        _ sent: SimulatedClient.Sent,
        _ client: SimulatedClient
    ) {
        let unit = sent.request.unit
        let model = sent.request.route == "prices" ? "pricing" : "recommendations"
        let configs = client.gateway.configs(of: client.worker, since: sent.firstByte)
        let expected = Set(configs.map { assigned(unit, model, $0.weights) })
        guard let assigned = reply.assignedVersion, expected.contains(assigned) else {
            return fail(
                .assignmentIsPure,
                "\(unit) got version \(reply.assignedVersion ?? "none") of \(model), not \(expected)"
            )
        }
    }

    /// The version of a unit as the config alone says it.
    private func assigned(_ unit: String, _ model: String, _ weights: [Int]) -> String {
        let key = "\(model) \(weights)"
        let split = splits[key] ?? Self.split(model, weights)
        splits[key] = split
        let bytes = Array(unit.utf8)
        let assignment = bytes.withUnsafeBytes { split?.assign(unit: $0) }
        return assignment.map { "\($0.version + 1)" } ?? "none"
    }

    private static func split(_ model: String, _ weights: [Int]) -> TrafficSplit? {
        try? TrafficSplit(
            TrafficSplit.Settings(
                arms: weights.enumerated().map {
                    TrafficSplit.Arm(version: $0.offset, weightBasisPoints: $0.element)
                },
                stableVersion: 0,
                armSalt: model,
                layerSalt: model + "-layer"
            )
        )
    }
}
