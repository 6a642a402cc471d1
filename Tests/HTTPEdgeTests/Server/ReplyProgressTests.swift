// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Testing

@testable import HTTPEdge

struct ReplyProgressTests {
    private static let minimum = 1_024

    /// Bytes taken by the end of each second, and the second in which the client is given up.
    @Test(arguments: [
        ("nothing at all", [0, 0, 0, 0, 0, 0], 5),
        ("a byte a second", [1, 2, 3, 4, 5, 6], 5),
        ("just enough", (1...20).map { $0 * 1_024 }, nil),
        (
            "in one go each window", [0, 0, 0, 9_999, 9_999, 9_999, 9_999, 9_999, 20_000, 20_000],
            nil
        ),
        ("fast, then nothing", [1 << 20] + Array(repeating: 1 << 20, count: 12), 10),
    ])
    func isJudgedByWindow(name: String, taken: [Int], givenUp: Int?) {
        var progress = ReplyProgress(at: .uptimeNanoseconds(0), sentBytes: 0)
        let second = taken.enumerated().first { index, bytes in
            progress.isTooSlow(
                at: .uptimeNanoseconds(UInt64(index + 1) * 1_000_000_000),
                sentBytes: bytes,
                bytesPerSecondMinimum: Self.minimum
            )
        }.map { $0.offset + 1 }
        #expect(second == givenUp, "\(name)")
    }

    @Test func withoutAMinimumOnlyNothingIsTooSlow() {
        for (taken, expected) in [(0, true), (1, false)] {
            var progress = ReplyProgress(at: .uptimeNanoseconds(0), sentBytes: 0)
            let isTooSlow = progress.isTooSlow(
                at: .uptimeNanoseconds(6_000_000_000),
                sentBytes: taken,
                bytesPerSecondMinimum: 0
            )
            #expect(isTooSlow == expected)
        }
    }

    @Test func theAnswerStays() {
        var progress = ReplyProgress(at: .uptimeNanoseconds(0), sentBytes: 0)
        for second in 6...8 {
            let isTooSlow = progress.isTooSlow(
                at: .uptimeNanoseconds(UInt64(second) * 1_000_000_000),
                sentBytes: 10,
                bytesPerSecondMinimum: Self.minimum
            )
            #expect(isTooSlow)
        }
    }
}
