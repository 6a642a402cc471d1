// SPDX-License-Identifier: Apache-2.0
import CSluice
import RecommendationsHandler
import SluiceKit
import SluiceKitTesting
import Testing

@Suite struct RecommendationsTests {
    /// Eight products; 6 is delisted and 7 has no price.
    ///
    /// The popular list is dirty on purpose.
    private let snapshot = SnapshotFixture(
        [
            "product": [
                .u32("listed", [1, 1, 1, 1, 1, 1, 0, 1]),
                .i64("list_price", [100, 100, 100, 100, 100, 100, 100, 0]),
                .list(
                    "neighbours",
                    [
                        [near(1, 0.9), near(2, 0.5), near(6, 0.9), near(7, 0.9)],
                        [near(3, 0.5), near(2, 0.4)],
                        [near(4, 0.5), near(5, 0.5), near(99, 1), near(3, .nan)],
                        [], [], [], [], [],
                    ]
                ),
            ]
        ],
        blobs: ["popular": [6, 5, 5, 7, 4, 99, 3, 2, 1, 0]]
    )

    private static func near(_ row: UInt32, _ weight: Float) -> sluice_neighbour {
        sluice_neighbour(product_row: row, weight: weight)
    }

    private func load(
        _ handler: Int,
        _ settings: String = "{}",
        host: HostFixture = HostFixture()
    ) throws -> HandlerFixture {
        try HandlerFixture(
            Recommendations.handlers[handler],
            settings: settings,
            snapshot: snapshot,
            host: host
        )
    }

    private func rows(_ outcome: CallOutcome) -> [UInt32] { outcome.items.map(\.row) }

    @Test func popularDropsWhatCannotBeSoldAndComesOnce() throws {
        let outcome = try load(0).recommend(limit: 10)
        #expect(outcome.status == SLUICE_OK)
        #expect(rows(outcome) == [5, 4, 3, 2, 1, 0])
        #expect(outcome.items.allSatisfy { $0.reason == "popular" })
        let scores = outcome.items.map(\.score)
        #expect(scores == scores.sorted(by: >))
    }

    @Test func popularDropsWhatTheShopperHas() throws {
        let outcome = try load(0).recommend(
            limit: 2,
            focus: 5,
            session: [4],
            cart: [3],
            exclude: [1]
        )
        #expect(rows(outcome) == [2, 0])
    }

    @Test func neighboursComeFirstAndPopularFillsUp() throws {
        let outcome = try load(1).recommend(limit: 4, focus: 0)
        #expect(rows(outcome) == [1, 2, 5, 4])
        #expect(
            outcome.items.map(\.reason) == [
                "bought_together", "bought_together", "popular", "popular",
            ]
        )
        #expect(outcome.items.map(\.score) == [0.9, 0.5, 0, 0])
    }

    @Test func nearerItemsSayMore() throws {
        // Newest first: 1 says 3 and 2, then 0 says 2; with decay 0.5 the shares are 2/3 and 1/3.
        let outcome = try load(1, #"{"position_decay": 0.5}"#)
            .recommend(limit: 2, session: [0, 1])
        #expect(rows(outcome) == [2, 3])
        #expect(abs(outcome.items[0].score - (0.4 * 2 / 3 + 0.5 / 3)) < 1e-6)
        #expect(abs(outcome.items[1].score - 0.5 * 2 / 3) < 1e-6)
    }

    @Test func tiesGoByRow() throws {
        #expect(rows(try load(1).recommend(limit: 2, focus: 2)) == [4, 5])
    }

    @Test func intentTellsWhichSpeaksFirst() throws {
        let handler = try load(1, #"{"position_decay": 0}"#)
        let related = handler.recommend(
            limit: 1,
            intent: SLUICE_INTENT_RELATED,
            session: [1],
            cart: [2]
        )
        #expect(rows(related) == [3])
        let complementary = handler.recommend(
            limit: 1,
            intent: SLUICE_INTENT_COMPLEMENTARY,
            session: [1],
            cart: [2]
        )
        #expect(rows(complementary) == [4])
    }

    @Test func onlyTheLastFourItemsSpeak() throws {
        let outcome = try load(1).recommend(limit: 1, session: [0, 3, 4, 4, 5])
        #expect(outcome.items.first?.reason == "bought_together", "each item speaks once")
        let pushedOut = try load(1).recommend(limit: 1, session: [0, 3, 4, 5, 7])
        #expect(pushedOut.items.first?.reason == "popular")
    }

    @Test(arguments: [0, 1])
    func onlyCandidatesAreAnswered(handler: Int) throws {
        let outcome = try load(handler).recommend(
            limit: 10,
            focus: 0,
            exclude: [5],
            candidates: [2, 4, 5, 6]
        )
        #expect(Set(rows(outcome)) == [2, 4])
        #expect(try load(handler).recommend(limit: 10, candidates: []).items.isEmpty)
    }

    @Test(arguments: [0, 1])
    func aHugeLimitGetsWhatThereIs(handler: Int) throws {
        #expect(try load(handler).recommend(limit: Int(UInt32.max), focus: 0).items.count == 5)
        #expect(try load(handler).recommend(limit: 0, focus: 0).items.isEmpty)
    }

    @Test(arguments: [0, 1])
    func answeringAllocatesNothingOnceWarm(handler: Int) throws {
        let handler = try load(handler)
        _ = handler.recommend(limit: 4, focus: 0, session: [1, 2], cart: [3])
        let outcome = handler.recommend(limit: 4, focus: 0, session: [1, 2], cart: [3])
        #expect(outcome.status == SLUICE_OK)
        #expect(outcome.allocationCount == 0)
    }

    @Test func aFullArenaIsAnError() throws {
        let outcome = try load(1, host: HostFixture(arenaCapacity: 64)).recommend(limit: 4)
        #expect(outcome.status == SLUICE_RESOURCE_EXHAUSTED)
    }

    @Test(arguments: [
        (0, #"{"position_decay": 1}"#, "settings.position_decay: unknown key; there are none"),
        (
            1, #"{"position_decay": 2}"#,
            "settings.position_decay: expected a number in 0.0...1.0, got 2"
        ),
    ])
    func badSettingsAreRefusedByName(handler: Int, settings: String, expected: String) {
        let refusal = #expect(throws: Refusal.self) { try load(handler, settings) }
        #expect(refusal?.message == expected)
    }

    @Test func agreesWithAPlainMerge() throws {
        var random = SeededRandom()
        for _ in 0..<200 { try compareWithPlainMerge(&random) }
    }

    private func compareWithPlainMerge(_ random: inout SeededRandom) throws {
        let count = UInt32.random(in: 1...80, using: &random)
        let neighbours = (0..<count).map { _ in
            (0..<Int.random(in: 0...50, using: &random)).map { _ in
                Self.near(
                    .random(in: 0..<count, using: &random),
                    .random(in: 0.01...1, using: &random)
                )
            }
        }
        let snapshot = SnapshotFixture([
            "product": [
                .u32("listed", neighbours.map { _ in 1 }),
                .i64("list_price", neighbours.map { _ in 1 }), .list("neighbours", neighbours),
            ]
        ])
        let session = (0..<6).map { _ in UInt32.random(in: 0..<count, using: &random) }
        let handler = try HandlerFixture(Recommendations.handlers[1], snapshot: snapshot)
        let outcome = handler.recommend(limit: 10, session: session)
        let expected = plainMerge(session, neighbours).prefix(10)
        #expect(rows(outcome) == expected.map(\.row), "seed \(random.seed)")
    }

    private func plainMerge(
        _ session: [UInt32],
        _ neighbours: [[sluice_neighbour]]
    ) -> [(row: UInt32, score: Float)] {
        var recent: [UInt32] = []
        for row in session.reversed() where recent.count < 4 && !recent.contains(row) {
            recent.append(row)
        }
        var (scores, share, total): ([UInt32: Float], Float, Float) = ([:], 1, 0)
        for _ in recent { (total, share) = (total + share, share * 0.7) }
        share = 1 / total
        for row in recent {
            for neighbour in neighbours[Int(row)] where !session.contains(neighbour.product_row) {
                scores[neighbour.product_row, default: 0] += share * neighbour.weight
            }
            share *= 0.7
        }
        return scores.map { ($0.key, $0.value) }
            .sorted { $0.1 > $1.1 || $0.1 == $1.1 && $0.0 < $1.0 }
    }
}
