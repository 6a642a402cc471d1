// SPDX-License-Identifier: Apache-2.0

/// Which series are meant; what is nil may be anything.
package struct SeriesSelector: Hashable, Sendable {
    /// Which outcomes are meant.
    package enum Outcomes: Hashable, Sendable {
        /// Good answers.
        case answered
        /// Refusals with 503.
        case shed
        /// Failures.
        case failed
        /// Every request that has ended.
        case any
    }

    /// The scenario's request.
    package var route: String?
    /// The experiment's arm.
    package var arm: String?
    /// The model version.
    package var version: String?
    /// The rung that answered.
    package var rung: String?
    /// How the requests ended.
    package var outcomes: Outcomes

    /// All good answers, unless told otherwise.
    package init(
        route: String? = nil,
        arm: String? = nil,
        version: String? = nil,
        rung: String? = nil,
        outcomes: Outcomes = .answered
    ) {
        self.route = route
        self.arm = arm
        self.version = version
        self.rung = rung
        self.outcomes = outcomes
    }

    /// Whether a series is among those that are meant.
    package func matches(_ name: SeriesName) -> Bool {
        (route == nil || route == name.route) && (arm == nil || arm == name.arm)
            && (version == nil || version == name.version) && (rung == nil || rung == name.rung)
            && matches(name.outcome)
    }

    private func matches(_ outcome: RequestOutcome) -> Bool {
        switch (outcomes, outcome) {
        case (.any, _), (.answered, .answered), (.shed, .shed), (.failed, .failed): true
        default: false
        }
    }
}
