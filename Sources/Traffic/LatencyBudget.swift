// SPDX-License-Identifier: Apache-2.0

/// The time one request has, counted from its first byte.
///
/// Times are nanoseconds on the caller's monotonic clock. Stages share the budget as
/// `BudgetStage` says: each inherits what earlier ones left, never what later ones reserve.
package struct LatencyBudget: Hashable, Sendable {
    /// Kept back for the way home to the caller: 2 ms.
    package static let networkReserveNanoseconds: UInt64 = 2_000_000

    /// When the request's first byte arrived.
    package let start: UInt64
    /// What may be spent here: the tightest limit less the network reserve, at least zero.
    package let effectiveNanoseconds: UInt64

    /// The tightest of the route's limit and what the caller's headers allow.
    package init(start: UInt64, routeLimitNanoseconds: UInt64, headers: BudgetHeaders = .init()) {
        let limit = min(routeLimitNanoseconds, headers.limitNanoseconds)
        self.start = start
        effectiveNanoseconds = limit.minus(Self.networkReserveNanoseconds)
    }

    /// When the reply is due.
    package var deadline: UInt64 { start.plus(effectiveNanoseconds) }

    /// Held back so that a rung without a model can always answer.
    package var fallbackReserveNanoseconds: UInt64 {
        portion(percent: BudgetStage.fallback.sharePercent)
    }

    /// What is left; zero once the deadline has passed.
    package func remainingNanoseconds(now: UInt64) -> UInt64 { deadline.minus(now) }

    /// When a stage must hand over, leaving later stages their share.
    package func softDeadline(for stage: BudgetStage) -> UInt64 {
        start.plus(portion(percent: stage.cumulativePercent))
    }

    /// Whether what remains covers the stage's rolling p99 and the fallback reserve.
    ///
    /// The fallback itself and what follows it need no reserve. Before it, something must be left.
    package func canStart(
        _ stage: BudgetStage,
        now: UInt64,
        rollingP99Nanoseconds: UInt64
    ) -> Bool {
        let reserve = stage < .fallback ? max(fallbackReserveNanoseconds, 1) : 0
        return remainingNanoseconds(now: now) >= rollingP99Nanoseconds.plus(reserve)
    }

    private func portion(percent: UInt64) -> UInt64 {
        let (whole, rest) = effectiveNanoseconds.quotientAndRemainder(dividingBy: 100)
        return whole * percent + rest * percent / 100
    }
}

extension UInt64 {
    /// The sum, held at the largest value.
    func plus(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The difference, held at zero.
    func minus(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
