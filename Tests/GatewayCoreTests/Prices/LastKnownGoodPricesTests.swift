// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

@Suite struct LastKnownGoodPricesTests {
    private typealias Key = LastKnownGoodPrices.Key

    @Test func answersWhatWasStoredUntilItIsTooOld() {
        let prices = LastKnownGoodPrices(capacity: 64, maximumAgeNanoseconds: 100)
        defer { prices.deallocate() }
        let key = Key(productRow: 7, customerKind: 2, quantity: 12)
        #expect(prices.price(for: key, now: 10) == nil)
        prices.store(255, for: key, now: 10)
        #expect(prices.price(for: key, now: 110) == 255)
        #expect(prices.price(for: key, now: 111) == nil)
    }

    @Test func tellsQuantityKindAndProductApart() {
        let prices = LastKnownGoodPrices(capacity: 64, maximumAgeNanoseconds: 100)
        defer { prices.deallocate() }
        prices.store(255, for: Key(productRow: 7, customerKind: 2, quantity: 12), now: 1)
        for other in [
            Key(productRow: 8, customerKind: 2, quantity: 12),
            Key(productRow: 7, customerKind: 1, quantity: 12),
            Key(productRow: 7, customerKind: 2, quantity: 11),
        ] {
            #expect(prices.price(for: other, now: 1) == nil)
        }
    }

    @Test func keepsAtMostItsCapacityAndTheNewest() {
        let prices = LastKnownGoodPrices(capacity: 16, maximumAgeNanoseconds: .max)
        defer { prices.deallocate() }
        for row in 0..<10_000 {
            let key = Key(productRow: UInt32(row), customerKind: 0, quantity: 1)
            prices.store(Int64(row), for: key, now: UInt64(row) + 1)
            #expect(prices.price(for: key, now: UInt64(row) + 1) == Int64(row))
        }
        let kept = (0..<10_000).count { row in
            let key = Key(productRow: UInt32(row), customerKind: 0, quantity: 1)
            return prices.price(for: key, now: 10_001) != nil
        }
        #expect(kept == 16)
    }

    @Test func forgetsEverythingWhenASnapshotIsPublished() {
        let prices = LastKnownGoodPrices(capacity: 16, maximumAgeNanoseconds: .max)
        defer { prices.deallocate() }
        let key = Key(productRow: 1, customerKind: 0, quantity: 1)
        prices.store(5, for: key, now: 1)
        prices.removeAll()
        #expect(prices.price(for: key, now: 2) == nil)
    }
}
