// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// The best few of the rows offered, in order, in the call's arena.
struct BestRows {
    private let rows: UnsafeMutableBufferPointer<ScoredRow>
    private(set) var count = 0

    init(_ request: RecommendRequestView, limit: Int) throws(HandlerError) {
        rows = try request.allocate(repeating: ScoredRow(row: .max, score: 0), count: limit)
    }

    subscript(index: Int) -> ScoredRow { rows[index] }

    /// Whether a row would be among the best.
    func admits(_ candidate: ScoredRow) -> Bool {
        guard count == rows.count else { return true }
        return count > 0 && candidate.isBetter(than: rows[count - 1])
    }

    /// Puts an admitted row in its place; the worst one makes room.
    mutating func insert(_ candidate: ScoredRow) {
        if count < rows.count { count += 1 }
        var place = count - 1
        while place > 0 && candidate.isBetter(than: rows[place - 1]) {
            rows[place] = rows[place - 1]
            place -= 1
        }
        rows[place] = candidate
    }
}
