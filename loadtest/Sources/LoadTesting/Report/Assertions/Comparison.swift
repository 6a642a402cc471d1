// SPDX-License-Identifier: Apache-2.0

/// How an assertion compares.
enum Comparison: String, CaseIterable, Sendable {
    case atMost = "<=", atLeast = ">=", less = "<", greater = ">"

    func holds(_ value: Double, _ limit: Double) -> Bool {
        switch self {
        case .atMost: value <= limit
        case .atLeast: value >= limit
        case .less: value < limit
        case .greater: value > limit
        }
    }
}
