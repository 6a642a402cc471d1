// SPDX-License-Identifier: Apache-2.0

import Glibc
import Traffic

/// An event loop with Poisson arrivals and a fixed time for each answer, on a clock of its own.
struct LoopSimulation {
    /// Arrivals as a multiple of what the loop can answer.
    var load: Double
    /// What one answer takes.
    var serviceNanoseconds: UInt64 = 200_000
    /// What one refusal takes.
    var shedNanoseconds: UInt64 = 1_000
    /// The part of the requests that are checkouts.
    var checkoutFraction = 0.2
    var seconds = 4.0
    var seed: UInt64 = 1
    var settings = OverloadSettings()

    struct Outcome {
        var offered = [AdmissionClass: Int]()
        /// Answered within the budget.
        var good = [AdmissionClass: Int]()
        var lateCount = 0
        var longestQueue = 0
        /// Part of the loop's time that went into answers within the budget.
        var goodput = 0.0
        /// What became of each shopper's recommendations once a second had passed.
        var verdicts = [UInt64: (inCount: Int, outCount: Int)]()

        func goodFraction(_ admissionClass: AdmissionClass) -> Double {
            Double(good[admissionClass] ?? 0) / Double(max(offered[admissionClass] ?? 0, 1))
        }
    }

    private struct Request {
        let arrival: UInt64
        let admissionClass: AdmissionClass
        let unit: UInt64
    }

    /// The budgets of the default routes, less the network's reserve.
    static func budget(of admissionClass: AdmissionClass) -> UInt64 {
        admissionClass == .checkout ? 48 * millisecond : 78 * millisecond
    }

    func run() -> Outcome {
        var random = SeededGenerator(seed: seed)
        var law = LoopAdmission(settings: settings)
        var outcome = Outcome()
        var now = 1_000 * second
        let start = now
        var nextArrival = now
        var queue: [Request] = []
        while now - start < UInt64(seconds * 1e9) {
            if nextArrival > now { now = nextArrival }
            while nextArrival <= now {
                queue.append(request(at: nextArrival, &random))
                outcome.offered[queue[queue.count - 1].admissionClass, default: 0] += 1
                nextArrival += gap(&random)
            }
            outcome.longestQueue = max(outcome.longestQueue, queue.count)
            turn(queue, &law, &now, &outcome, isSettled: now - start > second)
            queue.removeAll(keepingCapacity: true)
        }
        let goodCount = outcome.good.values.reduce(0, +)
        outcome.goodput = Double(goodCount) * Double(serviceNanoseconds) / Double(now - start)
        return outcome
    }

    private func turn(
        _ batch: [Request],
        _ law: inout LoopAdmission,
        _ now: inout UInt64,
        _ outcome: inout Outcome,
        isSettled: Bool
    ) {
        _ = law.beginTurn(now: now)
        for request in batch {
            let budget = Self.budget(of: request.admissionClass)
            let isIn = admits(request, &law, now)
            now += isIn ? serviceNanoseconds : shedNanoseconds
            if isIn, now - request.arrival <= budget {
                outcome.good[request.admissionClass, default: 0] += 1
            } else if isIn {
                outcome.lateCount += 1
            }
            if isSettled, request.admissionClass == .recommendation {
                outcome.verdicts[request.unit, default: (0, 0)].inCount += isIn ? 1 : 0
                outcome.verdicts[request.unit, default: (0, 0)].outCount += isIn ? 0 : 1
            }
        }
        law.endTurn(now: now)
    }

    private func admits(_ request: Request, _ law: inout LoopAdmission, _ now: UInt64) -> Bool {
        law.admitsAnyone(now: now)
            || law.admit(
                request.admissionClass,
                unitHash: request.unit &* 0x9E37_79B9_7F4A_7C15,
                remainingNanoseconds: Self.budget(of: request.admissionClass) - serviceNanoseconds,
                now: now
            ) == .admitted
    }

    private func request(at arrival: UInt64, _ random: inout SeededGenerator) -> Request {
        let isCheckout = Double.random(in: 0..<1, using: &random) < checkoutFraction
        return Request(
            arrival: arrival,
            admissionClass: isCheckout ? .checkout : .recommendation,
            unit: UInt64.random(in: 0..<1_000, using: &random)
        )
    }

    private func gap(_ random: inout SeededGenerator) -> UInt64 {
        let mean = Double(serviceNanoseconds) / load
        return UInt64(-log(Double.random(in: 1e-12..<1, using: &random)) * mean) + 1
    }
}
