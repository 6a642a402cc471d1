// SPDX-License-Identifier: Apache-2.0

/// Which part of each class's units is admitted.
///
/// Cut from the bottom: recommendations are out before the first checkout is, and come back after
/// the last. A pure value that moves once each interval: down while the queue stands, else up.
/// Source: DAGOR, "Overload Control for Scaling WeChat Microservices", SoCC 2018.
package struct AdmissionShares: Hashable, Sendable {
    /// A class of which everybody is in.
    package static let full = 1 << fullBits
    static let fullBits = 10
    /// The checkouts' share never falls below it: someone must get through to show that it is over.
    static let checkoutsMinimum = 16
    /// A smaller share of the recommendations is none.
    static let recommendationsMinimum = 16
    /// A cut takes a fortieth for each target's worth of delay, a fifth at most.
    ///
    /// Larger cuts leave
    /// the loop idle afterwards, smaller ones let the queue stand longer (`LoopSimulation`).
    static let cutDivisor = 40
    /// Targets of delay beyond which a cut grows no more.
    static let excessMaximum: UInt64 = 8
    /// A step back in is a hundredth of all, or a sixteenth of a small share.
    static let restoreMaximum = full / 100
    static let restoreDivisor = 16
    static let restoreMinimum = 2
    /// Steps that lead from nobody to everybody.
    static let restoreIntervals: UInt64 = 300

    /// The part of the checkouts, of `full`.
    package private(set) var checkouts = Self.full
    /// The part of the recommendations, of `full`, once all checkouts are in.
    package private(set) var recommendations = Self.full

    /// Everybody is in.
    package init() {}

    /// Whether everybody is in.
    package var areFull: Bool { checkouts == Self.full && recommendations == Self.full }

    /// The part of a class that is in, of `full`.
    package func share(of admissionClass: AdmissionClass) -> Int {
        switch admissionClass {
        case .checkout: checkouts
        case .recommendation: checkouts == Self.full ? recommendations : 0
        case .shadow: areFull ? Self.full : 0
        case .reserve: Self.full
        }
    }

    /// Takes in the smallest queue delay of an interval, and the classes that were met in it.
    ///
    /// The targets are the delays that are no concern for the classes. `intervals` have passed since
    /// the last time: more than one when the loop slept.
    mutating func adjust(
        delay: UInt64,
        met: AdmissionClasses,
        recommendationTarget: UInt64,
        checkoutTarget: UInt64,
        intervals: UInt64
    ) {
        if delay > recommendationTarget, met.contains(.recommendations),
            share(of: .recommendation) > 0
        {
            let share = Self.cut(recommendations, excess: delay / max(recommendationTarget, 1))
            recommendations = share < Self.recommendationsMinimum ? 0 : share
        } else if delay > checkoutTarget, met.contains(.checkouts) {
            let share = Self.cut(checkouts, excess: delay / max(checkoutTarget, 1))
            checkouts = max(share, Self.checkoutsMinimum)
        } else if delay <= recommendationTarget {
            for _ in 0..<min(intervals, Self.restoreIntervals) where !areFull { restore() }
        } else if delay <= checkoutTarget {
            checkouts = Self.restored(checkouts)
        }
    }

    /// Lets some in again: checkouts first.
    private mutating func restore() {
        if checkouts < Self.full {
            checkouts = Self.restored(checkouts)
        } else {
            recommendations = Self.restored(recommendations)
        }
    }

    private static func cut(_ share: Int, excess: UInt64) -> Int {
        let fortieths = Int(min(excess, excessMaximum))
        return share - max(share * fortieths / cutDivisor, 1)
    }

    private static func restored(_ share: Int) -> Int {
        let step = min(share / restoreDivisor, restoreMaximum)
        return min(share + max(step, restoreMinimum), full)
    }
}

/// The classes that were met and may be cut.
struct AdmissionClasses: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let checkouts = AdmissionClasses(rawValue: 1 << 0)
    static let recommendations = AdmissionClasses(rawValue: 1 << 1)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ admissionClass: AdmissionClass) {
        switch admissionClass {
        case .checkout: self = .checkouts
        case .recommendation: self = .recommendations
        case .shadow, .reserve: self = []
        }
    }
}
