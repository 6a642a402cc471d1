// SPDX-License-Identifier: Apache-2.0

/// The stages a request spends its budget on, in order.
package enum BudgetStage: Int, Sendable, CaseIterable, Comparable {
    /// Reading, parsing and checking who asks.
    case read
    /// Waiting for a worker.
    case queue
    /// Looking features up in the snapshot.
    case features
    /// Running the candidate or the stable model.
    case model
    /// Answering from a rung without a model.
    case fallback
    /// Writing the reply.
    case encode

    /// The stage's share of the effective budget, in percent; they sum to 100.
    package var sharePercent: UInt64 {
        switch self {
        case .read: 5
        case .queue: 10
        case .features: 20
        case .model: 45
        case .fallback: 10
        case .encode: 10
        }
    }

    /// The share of this stage and all before it, in percent.
    package var cumulativePercent: UInt64 {
        switch self {
        case .read: 5
        case .queue: 15
        case .features: 35
        case .model: 80
        case .fallback: 90
        case .encode: 100
        }
    }

    /// The order of the stages.
    package static func < (left: BudgetStage, right: BudgetStage) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// How long each stage of one request took; feeds `Server-Timing` and the rolling quantiles.
package struct StageClock: Sendable {
    private var spent = InlineArray<6, UInt64>(repeating: 0)
    /// When the last stage was booked, in monotonic nanoseconds; `start` before the first.
    package private(set) var mark: UInt64
    /// When the request's first byte arrived, in monotonic nanoseconds.
    package let start: UInt64

    /// A clock at the request's first byte.
    package init(start: UInt64) {
        self.start = start
        mark = start
    }

    /// Books the time since the last call on a stage and returns it in nanoseconds.
    @discardableResult
    package mutating func finish(_ stage: BudgetStage, now: UInt64) -> UInt64 {
        let elapsed = now.minus(mark)
        spent[stage.rawValue] += elapsed
        mark = max(mark, now)
        return elapsed
    }

    /// What a stage has taken so far, in nanoseconds.
    package func nanoseconds(in stage: BudgetStage) -> UInt64 { spent[stage.rawValue] }

    /// The time from the first byte to the last stage booked, in nanoseconds.
    package var totalNanoseconds: UInt64 { mark.minus(start) }
}
