// SPDX-License-Identifier: Apache-2.0

/// When a queue counts as overloaded, and who may be turned away then.
///
/// Times are nanoseconds.
package struct OverloadSettings: Hashable, Sendable {
    /// A queue delay that is no concern: a fiftieth of the tightest default budget.
    package var targetNanoseconds: UInt64 = 1_000_000
    /// How long the delay must stay above the target: CoDel's ratio of 1 to 20.
    package var intervalNanoseconds: UInt64 = 20_000_000
    /// How long the same shoppers are the first to be out: longer than a basket takes.
    package var saltPeriodNanoseconds: UInt64 = 300_000_000_000
    /// Whether checkouts may be turned away for the queue's sake.
    package var shedsCheckouts = true
    /// Whether recommendations may be turned away for the queue's sake.
    package var shedsRecommendations = true

    /// Checkouts one event loop has at work at most, as a bound on memory.
    package var checkoutsAtWorkMaximum = 1024
    /// Recommendations one event loop has at work at most, as a bound on memory.
    package var recommendationsAtWorkMaximum = 1024

    /// The defaults.
    package init() {}

    /// Whether requests of a class may be turned away for the queue's sake.
    package func sheds(_ admissionClass: AdmissionClass) -> Bool {
        switch admissionClass {
        case .checkout: shedsCheckouts
        case .recommendation: shedsRecommendations
        case .shadow: true
        case .reserve: false
        }
    }
}
