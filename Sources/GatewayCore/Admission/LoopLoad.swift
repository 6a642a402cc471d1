// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Traffic

/// How loaded one event loop is, for whoever looks at it.
///
/// Concurrency: the loop writes at the end of each interval, any thread reads; each value is whole,
/// though they may be of two intervals.
package final class LoopLoad: Sendable {
    private let overloaded = Atomic<Bool>(false)
    private let overloads = Atomic<UInt64>(0)
    private let delay = Atomic<UInt64>(0)
    private let checkouts = Atomic<Int>(AdmissionShares.full)
    private let recommendations = Atomic<Int>(AdmissionShares.full)

    init() {}

    /// Whether more arrives than the loop can answer.
    package var isOverloaded: Bool { overloaded.load(ordering: .relaxed) }
    /// How often overload has begun.
    package var overloadCount: UInt64 { overloads.load(ordering: .relaxed) }
    /// The smallest queue delay of the last interval.
    package var queueDelayNanoseconds: UInt64 { delay.load(ordering: .relaxed) }
    /// The part of the checkouts that is answered, from 0 to 1.
    package var checkoutShare: Double { Self.share(checkouts) }
    /// The part of the recommendations that is answered, from 0 to 1.
    package var recommendationShare: Double { Self.share(recommendations) }

    func publish(_ admission: LoopAdmission) {
        let isLoaded = admission.isOverloaded || !admission.shares.areFull
        if isLoaded, !isOverloaded { overloads.wrappingAdd(1, ordering: .relaxed) }
        overloaded.store(isLoaded, ordering: .relaxed)
        delay.store(admission.delayNanoseconds, ordering: .relaxed)
        checkouts.store(admission.shares.share(of: .checkout), ordering: .relaxed)
        recommendations.store(admission.shares.share(of: .recommendation), ordering: .relaxed)
    }

    private static func share(_ part: borrowing Atomic<Int>) -> Double {
        Double(part.load(ordering: .relaxed)) / Double(AdmissionShares.full)
    }
}
