// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// What happens when more arrives than can be answered.
package struct OverloadConfig: Hashable, Sendable, Encodable {
    /// A queue delay that is no concern.
    package var targetNanoseconds: UInt64 = .milliseconds(1)
    /// How long the delay must stay above the target.
    package var intervalNanoseconds: UInt64 = .milliseconds(20)
    /// How long the same shoppers are the first to be turned away.
    package var saltPeriodNanoseconds: UInt64 = .seconds(300)
    /// Whether checkouts may be turned away for the queue's sake.
    package var shedsCheckouts = true
    /// Whether recommendations may be turned away for the queue's sake.
    package var shedsRecommendations = true
    /// Requests of each kind that one event loop has at work.
    package var atWork = AtWorkConfig()

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        let times = ConfigLimits.queueTime
        object.read("target", .nanoseconds(in: times), into: &targetNanoseconds)
        object.read("interval", .nanoseconds(in: times), into: &intervalNanoseconds)
        object.read(
            "salt_period",
            .nanoseconds(in: ConfigLimits.saltPeriod),
            into: &saltPeriodNanoseconds
        )
        object.read("shed_checkouts", .boolean, into: &shedsCheckouts)
        object.read("shed_recommendations", .boolean, into: &shedsRecommendations)
        object.read("at_work", .object(AtWorkConfig.init), into: &atWork)
        guard intervalNanoseconds < targetNanoseconds else { return }
        object.report(
            .order,
            "`interval` must not be shorter than `target`",
            at: object.span(of: "interval")
        )
    }
}

/// Requests that one event loop has at work at most; those beyond are refused.
package struct AtWorkConfig: Hashable, Sendable, Encodable {
    /// Checkouts.
    package var checkouts = 1024
    /// Recommendations.
    package var recommendations = 1024

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("checkouts", .integer(in: ConfigLimits.atWork), into: &checkouts)
        object.read("recommendations", .integer(in: ConfigLimits.atWork), into: &recommendations)
    }
}
