// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct AdmissionSharesTests {
    private static let both: AdmissionClasses = [.checkouts, .recommendations]

    @Test(arguments: [71, 72, 73] as [UInt64])
    func aCheckoutIsOutOnlyWhenEveryRecommendationIs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var shares = AdmissionShares()
        for _ in 0..<5_000 {
            shares.adjust(delay: UInt64.random(in: 0...20, using: &random), met: Self.both)
            if shares.checkouts < AdmissionShares.full {
                #expect(shares.share(of: .recommendation) == 0, "seed \(seed)")
            }
            #expect(shares.checkouts >= AdmissionShares.checkoutsMinimum, "seed \(seed)")
            #expect(shares.share(of: .shadow) == (shares.areFull ? AdmissionShares.full : 0))
            #expect(shares.share(of: .reserve) == AdmissionShares.full)
        }
    }

    @Test(arguments: [1, 5, 500] as [UInt64])
    func whateverWasCutComesBack(delay: UInt64) {
        var shares = AdmissionShares()
        for _ in 0..<1_000 { shares.adjust(delay: delay, met: Self.both) }
        for _ in 0..<AdmissionShares.restoreIntervals { shares.adjust(delay: 0, met: []) }
        #expect(shares.areFull)
    }

    @Test func aClassNobodyAskedForIsNotCut() {
        var shares = AdmissionShares()
        for _ in 0..<100 { shares.adjust(delay: 50, met: .checkouts) }
        #expect(shares.checkouts < AdmissionShares.full / 2)
        #expect(shares.recommendations == AdmissionShares.full)
    }

    @Test func checkoutsMayWaitLonger() {
        var shares = AdmissionShares()
        for _ in 0..<500 { shares.adjust(delay: 4, met: Self.both) }
        #expect(shares.recommendations == 0)
        #expect(shares.checkouts == AdmissionShares.full)
    }
}

extension AdmissionShares {
    /// With targets of 1 and 5.
    fileprivate mutating func adjust(delay: UInt64, met: AdmissionClasses) {
        adjust(delay: delay, met: met, recommendationTarget: 1, checkoutTarget: 5, intervals: 1)
    }
}
