// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// A product and how well it fits.
struct ScoredRow: BitwiseCopyable {
    var row: UInt32
    var score: Float

    /// Better first: the higher score, and of equals the lower row, so that answers are repeatable.
    func isBetter(than other: ScoredRow) -> Bool {
        score > other.score || score == other.score && row < other.row
    }
}

/// Scores by product row in the call's arena: open addressing, at most half full.
///
/// A blocked row has the score −∞, which no evidence lifts. When the request names candidates the
/// table holds those alone and takes in no other row.
struct ScoreTable {
    private static let blocked = -Float.infinity
    private static let empty = ScoredRow(row: .max, score: 0)

    /// Every slot; those of row `UInt32.max` are empty.
    private let slots: UnsafeMutableBufferPointer<ScoredRow>
    private let isClosed: Bool

    /// Makes the table of one call, with the request's own products and exclusions blocked.
    ///
    /// - Parameters:
    ///   - request: whose arena holds the table.
    ///   - rowsMax: how many more rows will be scored or blocked.
    /// - Throws: `resourceExhausted` when the arena is full.
    init(_ request: RecommendRequestView, rowsMax: Int) throws(HandlerError) {
        let candidates = request.candidateRows
        let named =
            request.sessionRows.count + request.cartRows.count + request.excludeRows.count + 1
        let rows = named + rowsMax + (candidates?.count ?? 0)
        slots = try request.allocate(repeating: Self.empty, count: Self.capacity(rows))
        isClosed = candidates != nil
        for row in candidates ?? UnsafeBufferPointer(start: nil, count: 0) { put(row, 0) }
        for row in request.sessionRows { block(row) }
        for row in request.cartRows { block(row) }
        for row in request.excludeRows { block(row) }
        if let focus = request.focusRow { block(focus) }
    }

    /// Keeps a row out of the answer.
    func block(_ row: UInt32) { put(row, Self.blocked) }

    /// Adds evidence for a row, unless it is blocked or no candidate.
    func add(_ weight: Float, to row: UInt32) {
        let slot = slot(of: row)
        if slots[slot].row == row {
            slots[slot].score += weight
        } else if !isClosed {
            slots[slot] = ScoredRow(row: row, score: weight)
        }
    }

    /// Whether the row may be answered.
    func allows(_ row: UInt32) -> Bool {
        let entry = slots[slot(of: row)]
        return entry.row == row ? entry.score != Self.blocked : !isClosed
    }

    /// Calls `body` for every row with evidence, in no particular order.
    func forEachScored(_ body: (ScoredRow) -> Void) {
        for entry in slots where entry.row != .max && entry.score > 0 { body(entry) }
    }

    private func put(_ row: UInt32, _ score: Float) {
        guard row != .max else { return }
        slots[slot(of: row)] = ScoredRow(row: row, score: score)
    }

    /// The row's slot, or the empty one where it belongs.
    private func slot(of row: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(Self.scattered(row)) & mask
        while slots[slot].row != row && slots[slot].row != .max { slot = (slot + 1) & mask }
        return slot
    }

    /// Spreads neighbouring rows over the table: Knuth's multiplicative hash, high bits folded in.
    private static func scattered(_ row: UInt32) -> UInt32 {
        let product = row &* 2_654_435_769
        return product ^ (product >> 16)
    }

    /// A power of two at least twice the rows.
    private static func capacity(_ rows: Int) -> Int {
        1 << (Int.bitWidth - max(2 * rows - 1, 1).leadingZeroBitCount)
    }
}
