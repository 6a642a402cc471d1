// SPDX-License-Identifier: Apache-2.0

/// The way down from the assigned version to an answer that always exists.
///
/// A value per request: it only ever descends, and ends at a last rung that no breaker guards.
package struct DegradeLadder: Hashable, Sendable {
    /// What is being answered.
    package enum Purpose: Sendable, CaseIterable {
        /// Assigned, stable, last known good, base price, unavailable.
        case price
        /// Assigned, stable, cached, popular, empty.
        case recommendation
    }

    /// The ladder's purpose.
    package let purpose: Purpose
    /// The rung to answer from now.
    package private(set) var rung: Rung = .assigned
    /// Why the assigned version did not answer; nil while it may.
    package private(set) var reason: DegradeReason?
    private let assignedIsStable: Bool

    /// A ladder at its top; the stable rung is skipped where it is the version already tried.
    package init(_ purpose: Purpose, assignedIsStable: Bool) {
        self.purpose = purpose
        self.assignedIsStable = assignedIsStable
    }

    /// Whether there is no rung below.
    package var isLast: Bool { rung == .unavailable || rung == .empty }

    /// Steps down and returns the rung to try next; the last rung stays.
    ///
    /// `modelFits` is false when the budget no longer covers a model's run, which skips the stable
    /// version. The reason kept is the first: it says why the assigned version did not answer.
    @discardableResult
    package mutating func descend(_ reason: DegradeReason, modelFits: Bool = true) -> Rung {
        self.reason = self.reason ?? reason
        rung = below(rung)
        if rung == .stable, assignedIsStable || !modelFits { rung = below(rung) }
        return rung
    }

    private func below(_ rung: Rung) -> Rung {
        switch rung {
        case .assigned: .stable
        case .stable: purpose == .price ? .lastKnownGood : .cached
        case .lastKnownGood: .basePrice
        case .cached: .popular
        case .basePrice, .unavailable: .unavailable
        case .popular, .empty: .empty
        }
    }
}
