// SPDX-License-Identifier: Apache-2.0
import Traffic

/// The series of one route, resolved for the request path.
package struct RouteSeries: Sendable {
    /// Requests no model answered: refused, shed, or before a version was chosen.
    package let durationWithoutModel: HistogramSeries
    let firstCell: Int

    /// Requests with this outcome and HTTP status.
    package func requests(_ outcome: RequestOutcome, status: Int) -> CounterSeries {
        CounterSeries(
            cell: firstCell + RouteLayout.requests(outcome, StatusLabels.index(of: status))
        )
    }

    /// Requests that ran out of budget in this phase.
    package func budgetExceeded(in phase: RequestPhase) -> CounterSeries {
        CounterSeries(cell: firstCell + RouteLayout.budgetExceeded(phase))
    }

    /// Requests a lower rung answered for this reason.
    package func fallback(_ reason: DegradeReason) -> CounterSeries {
        CounterSeries(cell: firstCell + RouteLayout.fallback(reason))
    }
}

/// The series of one version of a model, resolved for the request path.
package struct VersionSeries: Sendable {
    /// Time spent in the handler.
    package let duration: HistogramSeries
    let firstCell: Int

    /// Calls that ended in this way.
    package func calls(_ result: CallResult) -> CounterSeries {
        CounterSeries(cell: firstCell + VersionLayout.calls(result))
    }
}

/// Where the counters of a route lie in its lease.
enum RouteLayout {
    static let cellCount = fallbackStart + DegradeReason.allCases.count

    private static let budgetStart = RequestOutcome.allCases.count * StatusLabels.count
    private static let fallbackStart = budgetStart + RequestPhase.allCases.count

    static func requests(_ outcome: RequestOutcome, _ statusIndex: Int) -> Int {
        Int(outcome.rawValue) * StatusLabels.count + statusIndex
    }

    static func budgetExceeded(_ phase: RequestPhase) -> Int {
        budgetStart + Int(phase.rawValue)
    }

    static func fallback(_ reason: DegradeReason) -> Int {
        fallbackStart + reason.seriesIndex
    }
}

/// Where the counters of connections lie in their lease.
enum ConnectionLayout {
    static let open = 0
    static let refused = 1
    static let failedAccepts = 2
    static let cellCount = 3
}

/// Where the series of a version lie in its lease.
enum VersionLayout {
    static let duration = CallResult.allCases.count
    static let cellCount = duration + HistogramSeries.cellCount

    static func calls(_ result: CallResult) -> Int { Int(result.rawValue) }
}

/// The HTTP statuses counted by name; any other is counted as `other`.
enum StatusLabels {
    // The most frequent first: the search is linear.
    private static let statuses: [Int] = [
        200, 503, 422, 404, 400, 429, 204, 304, 401, 403, 405, 406, 408, 411, 413, 414, 415, 417,
        431,
        500, 501, 504, 505,
    ]

    static let count = 24

    static let all: [String] = statuses.map { String($0) } + ["other"]

    @inline(__always)
    static func index(of status: Int) -> Int {
        var index = 0
        while index < statuses.count, statuses[index] != status { index += 1 }
        return index
    }
}

extension DegradeReason {
    /// Position among all cases; a switch, because searching them would allocate.
    var seriesIndex: Int {
        switch self {
        case .breakerOpen: 0
        case .deadline: 1
        case .handlerError: 2
        case .guardViolation: 3
        case .overloaded: 4
        case .disabled: 5
        case .unavailable: 6
        case .noModel: 7
        case .noAnswer: 8
        }
    }
}
