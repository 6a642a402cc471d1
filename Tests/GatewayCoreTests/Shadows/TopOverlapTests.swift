// SPDX-License-Identifier: Apache-2.0
import CSluice
import Testing

@testable import GatewayCore
@testable import PluginHost

struct TopOverlapTests {
    struct Lists: CustomTestStringConvertible {
        let live: [UInt32]
        let shadow: [UInt32]
        let share: (Int, Int)
        let jaccard: (Int, Int)
        let shareBucket: Int

        var testDescription: String { "\(live) \(shadow)" }
    }

    @Test(arguments: [
        Lists(
            live: [1, 2, 3],
            shadow: [3, 2, 1],
            share: (3, 3),
            jaccard: (3, 3),
            shareBucket: 10
        ),
        Lists(
            live: [1, 2, 3, 4],
            shadow: [4, 5, 6, 7],
            share: (1, 4),
            jaccard: (1, 7),
            shareBucket: 3
        ),
        Lists(live: [1, 2], shadow: [], share: (0, 2), jaccard: (0, 2), shareBucket: 0),
        Lists(live: [], shadow: [1], share: (0, 1), jaccard: (0, 1), shareBucket: 0),
        Lists(live: [], shadow: [], share: (0, 0), jaccard: (0, 0), shareBucket: 10),
        // Only the heads count: ten items, or as many as the live list has.
        Lists(live: [1], shadow: [2, 1], share: (0, 1), jaccard: (0, 2), shareBucket: 0),
        Lists(
            live: Array(0..<20),
            shadow: Array(4..<24),
            share: (6, 10),
            jaccard: (6, 14),
            shareBucket: 6
        ),
        // A product listed twice counts once.
        Lists(live: [1, 1, 1], shadow: [1], share: (1, 1), jaccard: (1, 1), shareBucket: 10),
        Lists(live: [1, 1, 2], shadow: [1, 1, 3], share: (1, 2), jaccard: (1, 3), shareBucket: 5),
    ])
    func overlapOfKnownLists(_ lists: Lists) {
        let overlap = Self.overlap(lists.live, lists.shadow)
        #expect(overlap.live == TopOverlap.Share(part: lists.share.0, whole: lists.share.1))
        #expect(overlap.jaccard == TopOverlap.Share(part: lists.jaccard.0, whole: lists.jaccard.1))
        #expect(overlap.live.bucket == lists.shareBucket)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func agreesWithSets(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let live = Self.list(&random)
            let shadow = Self.list(&random)
            let overlap = Self.overlap(live, shadow)
            let count = live.isEmpty ? 10 : min(live.count, 10)
            let (a, b) = (Set(live.prefix(count)), Set(shadow.prefix(count)))
            #expect(overlap.jaccard.part == a.intersection(b).count, "seed \(seed)")
            #expect(overlap.jaccard.whole == a.union(b).count, "seed \(seed)")
            #expect((0...10).contains(overlap.live.bucket), "seed \(seed)")
            #expect((0...10).contains(overlap.jaccard.bucket), "seed \(seed)")
        }
    }

    private static func list(_ random: inout SeededGenerator) -> [UInt32] {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in
            UInt32.random(in: 0..<15, using: &random)
        }
    }

    private static func overlap(_ live: [UInt32], _ shadow: [UInt32]) -> TopOverlap {
        var live = live.map(item)
        var shadow = shadow.map(item)
        return live.withUnsafeMutableBufferPointer { live in
            shadow.withUnsafeMutableBufferPointer { TopOverlap(live: live, shadow: $0) }
        }
    }

    private static func item(_ row: UInt32) -> ItemAnswer {
        ItemAnswer(productRow: row, score: 1, reason: sluice_bytes(data: nil, size: 0))
    }
}
