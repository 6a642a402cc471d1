// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

@Suite struct CachedRecommendationsTests {
    private typealias Key = CachedRecommendations.Key

    private func rows(_ cache: CachedRecommendations, _ key: Key, now: UInt64) -> [UInt32]? {
        var rows: [UInt32] = []
        return cache.forEachRow(for: key, now: now) { rows.append($0) } ? rows : nil
    }

    @Test func answersTheListOfTheProductUntilItIsTooOld() {
        let cache = CachedRecommendations(capacity: 8, maximumAgeNanoseconds: 100)
        defer { cache.deallocate() }
        let key = Key(focusRow: 3, intent: 1)
        cache.store(3, for: key, now: 5) { UInt32($0) * 10 }
        #expect(rows(cache, key, now: 105) == [0, 10, 20])
        #expect(rows(cache, key, now: 106) == nil)
        #expect(rows(cache, Key(focusRow: 3, intent: 2), now: 6) == nil)
        #expect(rows(cache, Key(focusRow: 4, intent: 1), now: 6) == nil)
    }

    @Test func keepsNoMoreThanAWidgetShows() {
        let cache = CachedRecommendations(capacity: 8, maximumAgeNanoseconds: 100)
        defer { cache.deallocate() }
        let key = Key(focusRow: 3, intent: 1)
        cache.store(100, for: key, now: 5) { UInt32($0) }
        #expect(rows(cache, key, now: 5)?.count == CachedRecommendations.itemsMaximum)
        cache.removeAll()
        #expect(rows(cache, key, now: 5) == nil)
    }
}
