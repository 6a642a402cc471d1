// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Traffic

/// What admission has done to units.
struct AdmissionRecord {
    /// A unit of one class at one loop, while the order of units stays the same.
    struct Unit: Hashable {
        let gateway: ObjectIdentifier
        let worker: Int
        let route: String
        let unit: String
        let saltPeriod: UInt64
    }

    /// The smallest share a unit was in at, and the largest it was out at.
    var lowestIn: [Unit: Int] = [:]
    var highestOut: [Unit: Int] = [:]
}

extension Checker {
    /// Seconds a shed client may be told to wait.
    private static let retryAfterSeconds = 1...5
    /// A loop that turned less than this before did not sleep.
    private static let idleGapNanoseconds: UInt64 = 50_000

    /// Takes in how a loop met a request.
    func meet(_ sent: SimulatedClient.Sent, _ client: SimulatedClient) -> LoopMeeting {
        let loop = client.gateway.loops[client.worker]
        let worker = client.gateway.workers[client.worker]
        let arrival = worker.earliestArrivalNanoseconds
        let seen = max(sent.firstByte, loop.starvedUntil)
        // One that stood still for another loop of the run cannot know it.
        let isAlone = client.gateway.workers.count == 1 && world.gateways.count == 1
        if isAlone, arrival > seen + Self.idleGapNanoseconds {
            fail(
                .arrivalIsBounded,
                "request \(sent.request.number) came \((arrival - seen) / 1_000) µs before "
                    + "its budget began"
            )
        }
        return LoopMeeting(
            worker.loopAdmission,
            saltPeriodNanoseconds: OverloadSettings().saltPeriodNanoseconds,
            now: world.clock.now
        )
    }

    /// Checks that whoever is shed is told so, and that the right ones are.
    func checkAdmission(
        _ reply: SimulatedReply,
        _ sent: SimulatedClient.Sent,
        _ client: SimulatedClient
    ) {
        let isShed = reply.status == 503
        let seconds = world.bug == .retryAfterIsLost ? nil : reply.retryAfterSeconds
        if isShed, !Self.retryAfterSeconds.contains(seconds ?? 0) {
            fail(.shedIsTold, "request \(sent.request.number) is not told when to come again")
        }
        guard let meeting = sent.meeting,
            ["prices", "recommendations"].contains(sent.request.route)
        else { return }
        // What waited too long is shed whoever asked.
        guard !isShed || meeting.shedsByUnit else { return }
        checkUnit(sent, client, meeting, isShed)
        checkOrder(sent, meeting, isShed)
    }

    /// A unit that is in at a share is in at every larger one.
    private func checkUnit(
        _ sent: SimulatedClient.Sent,
        _ client: SimulatedClient,
        _ meeting: LoopMeeting,
        _ isShed: Bool
    ) {
        let unit = AdmissionRecord.Unit(
            gateway: ObjectIdentifier(client.gateway),
            worker: client.worker,
            route: sent.request.route,
            unit: sent.request.unit,
            saltPeriod: meeting.saltPeriod
        )
        let share = meeting.shares.share(of: sent.request.admissionClass)
        if isShed {
            admissions.highestOut[unit] = max(admissions.highestOut[unit] ?? 0, share)
        } else {
            admissions.lowestIn[unit] = min(admissions.lowestIn[unit] ?? .max, share)
        }
        guard let out = admissions.highestOut[unit], let low = admissions.lowestIn[unit],
            low <= out
        else { return }
        fail(.unitsStayIn, "\(sent.request.unit) is in at \(low) and out at \(out) of 1024")
    }

    /// No recommendation is admitted while checkouts are cut.
    private func checkOrder(
        _ sent: SimulatedClient.Sent,
        _ meeting: LoopMeeting,
        _ isShed: Bool
    ) {
        let checkouts = meeting.shares.share(of: .checkout)
        guard !isShed, sent.request.admissionClass == .recommendation,
            checkouts < AdmissionShares.full
        else { return }
        fail(.checkoutsGoLast, "a recommendation is admitted at \(checkouts) of 1024 checkouts")
    }

    /// Checks that no breaker opens for what is no handler's fault.
    func checkBreakers() {
        guard !world.mayBreakersOpen, !world.isHealthy else { return }
        fail(.loadOpensNoBreaker, world.healthText)
    }
}

extension SimulatedRequest {
    /// How much it matters.
    var admissionClass: AdmissionClass { route == "prices" ? .checkout : .recommendation }
}
