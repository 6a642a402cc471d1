// SPDX-License-Identifier: Apache-2.0
import CSluice
import RecommendationsHandler
import SessionNeighbours
import SluiceKit
import SluiceKitTesting
import Testing

@Suite struct SessionsHandlerTests {
    /// Past orders over eight products; 6 is delisted and 7 has no price.
    private static let orders: [[UInt32]] = [
        [0, 1, 2], [0, 1, 3], [0, 1, 6], [0, 7, 1], [3, 4], [3, 4], [2, 5],
    ]

    private func snapshot(
        _ blob: (SessionIndexStorage) -> [UInt32] = SessionsHandlerTests.words
    ) throws -> SnapshotFixture {
        var clicks = Clicks()
        for (number, order) in Self.orders.enumerated() {
            let session = clicks.addSession(key: UInt64(number))
            for item in order { try clicks.add(session: session, item: item, time: Int64(number)) }
        }
        let index = try SessionIndexBuilder(clicks, rules: SessionIndexRules()).finish(itemCount: 8)
        return SnapshotFixture(
            [
                "product": [
                    .u32("listed", [1, 1, 1, 1, 1, 1, 0, 1]),
                    .i64("list_price", [100, 100, 100, 100, 100, 100, 100, 0]),
                ]
            ],
            blobs: ["popular": [5, 4, 3, 2, 1, 0], "sessions": blob(index)]
        )
    }

    private static func words(_ index: SessionIndexStorage) -> [UInt32] {
        Array(index.bytes.bindMemory(to: UInt32.self))
    }

    private func load(_ settings: String = "{}") throws -> HandlerFixture {
        try HandlerFixture(
            Recommendations.handlers[2],
            settings: settings,
            snapshot: snapshot(),
            host: HostFixture()
        )
    }

    @Test(arguments: ["{}", #"{"algorithm": "vmis"}"#])
    func answersWhatCameNextAndFillsUp(settings: String) throws {
        let outcome = try load(settings).recommend(limit: 10, focus: 0)
        #expect(outcome.status == SLUICE_OK)
        #expect(outcome.items.first?.row == 1)
        #expect(Set(outcome.items.map(\.row)) == [1, 2, 3, 4, 5])
        #expect(outcome.items.count == 5)
        #expect(outcome.items.prefix(3).allSatisfy { $0.reason == "similar_sessions" })
        #expect(outcome.items.suffix(2).allSatisfy { $0.reason == "popular" && $0.score == 0 })
    }

    @Test func whatTheShopperHasOrMayNotGetIsLeftOut() throws {
        let outcome = try load().recommend(
            limit: 10,
            focus: 3,
            session: [1],
            cart: [2],
            exclude: [0]
        )
        #expect(outcome.items.map(\.row) == [4, 5])
        let candidates = try load().recommend(limit: 10, focus: 0, candidates: [2, 6, 7])
        #expect(candidates.items.map(\.row) == [2])
    }

    @Test func intentTellsWhichListSpeaksLast() throws {
        let handler = try load(#"{"last_items": 1}"#)
        let related = handler.recommend(limit: 1, session: [3], cart: [0])
        #expect(related.items.map(\.row) == [4])
        let complementary = handler.recommend(
            limit: 1,
            intent: SLUICE_INTENT_COMPLEMENTARY,
            session: [3],
            cart: [0]
        )
        #expect(complementary.items.map(\.row) == [1])
    }

    @Test func answeringAllocatesNothingOnceWarm() throws {
        let handler = try load()
        for _ in 0..<40 { _ = handler.recommend(limit: 4, focus: 0, session: [1, 2], cart: [3]) }
        let outcome = handler.recommend(limit: 4, focus: 0, session: [1, 2], cart: [3])
        #expect(outcome.status == SLUICE_OK)
        #expect(outcome.allocationCount == 0)
    }

    @Test func withoutSessionsPopularProductsAreAnswered() throws {
        let handler = try HandlerFixture(
            Recommendations.handlers[2],
            snapshot: snapshot { _ in [] }
        )
        let outcome = handler.recommend(limit: 3, focus: 5)
        #expect(outcome.items.map(\.row) == [4, 3, 2])
        #expect(outcome.items.allSatisfy { $0.reason == "popular" })
    }

    @Test func aDamagedIndexIsRefused() throws {
        let damaged = try snapshot { Array(Self.words($0).dropLast()) }
        let refusal = #expect(throws: Refusal.self) {
            try HandlerFixture(Recommendations.handlers[2], snapshot: damaged)
        }
        #expect(refusal?.message.contains("its header says") == true)
    }

    @Test(arguments: [
        (#"{"algorithm": "gru"}"#, "settings.algorithm: expected one of vstan, vmis"),
        (#"{"k": 0}"#, "settings.k: expected a whole number in 1...20000"),
        (#"{"spw": 0}"#, "settings.spw: expected a number in 0.01...100000.0"),
    ])
    func badSettingsAreRefusedByName(settings: String, expected: String) {
        let refusal = #expect(throws: Refusal.self) { try load(settings) }
        #expect(refusal?.message.hasPrefix(expected) == true, "\(refusal?.message ?? "")")
    }
}
