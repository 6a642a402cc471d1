// SPDX-License-Identifier: Apache-2.0

/// What a request is counted under.
package struct SeriesName: Hashable, Sendable {
    /// The name of the request in the scenario.
    package var route: String
    /// The experiment's arm that answered, `-` when the server names none.
    package var arm: String
    /// The model version that answered, `-` when the server names none.
    package var version: String
    /// How it ended.
    package var outcome: RequestOutcome

    /// A name of its parts.
    package init(route: String, arm: String = "-", version: String = "-", outcome: RequestOutcome) {
        self.route = route
        self.arm = arm
        self.version = version
        self.outcome = outcome
    }

    /// The rung that answered; nil without an answer.
    package var rung: String? { if case .answered(let rung) = outcome { rung } else { nil } }
}
