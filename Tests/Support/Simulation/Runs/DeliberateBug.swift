// SPDX-License-Identifier: Apache-2.0

/// A faulty part put into a run on purpose, to show that the checks see it.
package enum DeliberateBug: String, CaseIterable, Sendable {
    /// A queue loses a completion.
    case completionIsLost
    /// A queue delivers a completion twice.
    case completionIsDoubled
    /// The guard lets everything pass.
    case guardIsOpen
    /// A permit is taken and never given back.
    case permitLeaks
    /// A reply leaves a tenth of a second late.
    case replyIsLate
    /// A reply is sent twice.
    case replyIsDoubled
    /// A reply is lost.
    case replyIsLost
    /// A handler prices from another snapshot than its own.
    case snapshotsAreMixed
    /// Units are bucketed with another salt than the config's.
    case splitIsSalted
    /// A request is counted twice.
    case metricIsDoubled
    /// A completion counts as the arrival of what its loop comes to next.
    case completionsBeginTurns
    /// A shed client is not told when to come again.
    case retryAfterIsLost
    /// Load trips a breaker.
    case loadTripsBreakers
    /// Shedding picks other units all the time.
    case unitsAreShuffled
    /// Recommendations are never shed.
    case recommendationsAreSpared
    /// A shadow's answer is lost.
    case shadowIsLost
    /// A shadow holds the event loop.
    case shadowHoldsTheLoop
    /// A worker dies and nobody ends its calls.
    case workerForgetsCalls
    /// A draining gateway leaves quiet connections open.
    case drainForgetsQuiet
    /// A gateway that hands over does not say which reply is the last.
    case lastReplyIsUntold
    /// The faults never stop.
    case faultsStay

    /// The invariant that has to notice.
    package var expected: Invariant {
        switch self {
        case .completionIsLost, .completionIsDoubled: .decisionsComeHome
        case .guardIsOpen: .pricesStayInBand
        case .permitLeaks: .permitsComeHome
        case .replyIsLate: .answeredInTime
        case .replyIsDoubled, .replyIsLost: .answeredExactlyOnce
        case .snapshotsAreMixed: .oneSnapshotPerReply
        case .splitIsSalted: .assignmentIsPure
        case .metricIsDoubled: .metricsAgree
        case .completionsBeginTurns: .arrivalIsBounded
        case .retryAfterIsLost: .shedIsTold
        case .loadTripsBreakers: .loadOpensNoBreaker
        case .unitsAreShuffled: .unitsStayIn
        case .recommendationsAreSpared: .checkoutsGoLast
        case .shadowIsLost: .shadowsComeHome
        case .shadowHoldsTheLoop: .shadowsChangeNothing
        case .workerForgetsCalls: .workersEndTheirCalls
        case .drainForgetsQuiet: .drainClosesQuiet
        case .lastReplyIsUntold: .handOverLosesNothing
        case .faultsStay: .versionsRecover
        }
    }
}
