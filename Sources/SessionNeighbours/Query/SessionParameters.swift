// SPDX-License-Identifier: Apache-2.0

/// How past sessions are compared and what they say.
package struct SessionParameters: Hashable, Sendable {
    /// The formula.
    package enum Algorithm: String, CaseIterable, Sendable {
        /// VSTAN: positions, ages and distances decay exponentially (Ludewig et al., 2020).
        case vstan
        /// VMIS-kNN as Serenade computes it (Kersbergen et al., 2022), in the same order.
        case vmis
    }

    /// The formula.
    package var algorithm = Algorithm.vstan
    /// `k`: the nearest sessions that speak.
    package var neighbours = 300
    /// `m`: the most recent sessions that are compared.
    package var recentSessions = 1500
    /// How many of the shopper's items count, the newest.
    package var lastItems = 4
    /// `spw`: steps back in the session until an item counts 1/e for the likeness of two sessions.
    package var positionDecay = 2.0
    /// `snh`: days until a session counts 1/e.
    package var ageDecayDays = 100.0
    /// `inh`: steps from the last common item until another counts 1/e.
    package var distanceDecay = 0.4525
    /// `ipw`: steps back in the session until what matched there counts 1/e.
    package var matchDecay = 2.0
    /// `idf`: how much rare items are preferred.
    package var rarity = 1.0
    /// `alpha`: share of what came after the newest item in the same sessions (sequential rules).
    package var sequential = 0.1
    /// Whether items the shopper has seen may come again; VMIS always answers all but the newest.
    package var remind = true

    /// VSTAN as tuned for a shop's clicks.
    package init() {}

    /// VMIS with the defaults of Serenade's evaluator.
    package static var vmis: SessionParameters {
        var parameters = SessionParameters()
        parameters.algorithm = .vmis
        parameters.neighbours = 500
        parameters.recentSessions = 1500
        parameters.lastItems = 3
        return parameters
    }

    /// Bounds of `neighbours` and `recentSessions`: a prediction shall take microseconds.
    package static let sessionsRange = 1...20_000
    /// Bounds of `lastItems`; a list of past sessions is merged for each.
    package static let lastItemsRange = 1...32
    /// Bounds of the decays, in steps or days; the largest is as good as none.
    package static let decayRange = 0.01...100_000.0
    /// Bounds of `rarity` and `sequential`.
    package static let weightRange = 0.0...1000.0
}

extension SessionParameters {
    /// The first parameter outside its bounds, as a line for whoever set it; nil when all are inside.
    package var fault: String? {
        let sessions = Self.sessionsRange
        let decays = [
            ("spw", positionDecay), ("snh", ageDecayDays), ("inh", distanceDecay),
            ("ipw", matchDecay),
        ]
        if !sessions.contains(neighbours) { return Self.expected("k", sessions) }
        if !sessions.contains(recentSessions) { return Self.expected("m", sessions) }
        if !Self.lastItemsRange.contains(lastItems) {
            return Self.expected("last_items", Self.lastItemsRange)
        }
        if let decay = decays.first(where: { !Self.decayRange.contains($0.1) }) {
            return Self.expected(decay.0, Self.decayRange)
        }
        for weight in [("idf", rarity), ("sequential", sequential)]
        where !Self.weightRange.contains(weight.1) {
            return Self.expected(weight.0, Self.weightRange)
        }
        return nil
    }

    private static func expected<Bound>(_ name: String, _ range: ClosedRange<Bound>) -> String {
        "\(name): expected \(range.lowerBound) to \(range.upperBound)"
    }
}
