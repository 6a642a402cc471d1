// SPDX-License-Identifier: Apache-2.0

/// A number by which two runs are compared.
package enum ComparisonMetric: Hashable, Sendable {
    /// A percentile of scheduled latency, in milliseconds.
    case percentile(Double)
    /// Share of the due requests without a good answer.
    case errorRate
    /// Good answers per second.
    case goodput

    /// All, in the order they are shown.
    package static let all: [ComparisonMetric] =
        [50, 95, 99, 99.9].map(ComparisonMetric.percentile) + [.errorRate, .goodput]

    /// Those that must be the same before two runs are: a percentile beyond them needs runs longer
    /// than most people have time for, and counts only when it is better or worse.
    static let deciding: Set<ComparisonMetric> = [
        .percentile(50), .percentile(95), .percentile(99), .errorRate, .goodput,
    ]

    /// Its name, such as `p99`.
    package var name: String {
        switch self {
        case .percentile(let percentile): RunReport.name(ofPercentile: percentile)
        case .errorRate: "errors"
        case .goodput: "goodput"
        }
    }

    /// Whether more of it is worse.
    var isCost: Bool { self != .goodput }
}

/// Differences that nobody would act on, however certain they are.
package struct PracticalThreshold: Hashable, Sendable, Encodable {
    /// A difference in error rates: one request in a thousand.
    static let errorRate = 0.001

    /// Share of a latency or a goodput.
    package var share = 0.03
    /// A latency, in milliseconds.
    package var milliseconds = 0.2

    /// 3 % or 0.2 ms.
    package init() {}

    /// The smallest difference that matters, from what the first run had.
    func difference(_ metric: ComparisonMetric, from value: Double) -> Double {
        switch metric {
        case .percentile: max(share * value, milliseconds)
        case .errorRate: Self.errorRate
        case .goodput: share * value
        }
    }
}
