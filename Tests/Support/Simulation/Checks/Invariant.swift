// SPDX-License-Identifier: Apache-2.0

/// What holds in every run.
package enum Invariant: String, CaseIterable, Sendable {
    /// Every admitted request is answered, once.
    case answeredExactlyOnce
    /// No answer is later than its deadline plus `Checker.latenessNanosecondsMax`.
    case answeredInTime
    /// Replies of a connection keep the order of its requests.
    case repliesKeepOrder
    /// A reply is well formed and has a status the request can have.
    case replyIsValid
    /// Every served price is inside the guard's band, at every rung.
    case pricesStayInBand
    /// The prices and rows of a reply are those of the snapshot it names.
    case oneSnapshotPerReply
    /// The assigned version is a function of the unit and a config in force.
    case assignmentIsPure
    /// No breaker permit is in flight once nothing is at work.
    case permitsComeHome
    /// Every decision is free again once nothing is at work.
    case decisionsComeHome
    /// A request's budget begins when it arrives, not when its busy loop comes to it.
    case arrivalIsBounded
    /// Whoever is shed is told when to come again.
    case shedIsTold
    /// A unit that is admitted stays so until fewer are.
    case unitsStayIn
    /// No checkout is shed while recommendations are admitted.
    case checkoutsGoLast
    /// Load alone opens no breaker.
    case loadOpensNoBreaker
    /// The calls of shadows come home, never more of them at once than allowed.
    case shadowsComeHome
    /// Every live reply is what it would be without shadows.
    case shadowsChangeNothing
    /// A worker's calls end exactly once, at once when it dies.
    case workersEndTheirCalls
    /// The metrics' totals are what clients were sent.
    case metricsAgree
    /// After the faults have stopped, breakers close and assigned versions answer.
    case versionsRecover
    /// A draining gateway closes every connection in time.
    case drainEnds
    /// A draining gateway closes quiet connections soon.
    case drainClosesQuiet
    /// Another process takes over without a request lost.
    case handOverLosesNothing
}

/// An invariant that did not hold.
package struct Violation: Sendable {
    /// Which.
    package let invariant: Invariant
    /// What was seen.
    package let detail: String
    /// The steps that led there, one on each line.
    package let steps: String
}
