// SPDX-License-Identifier: Apache-2.0

/// How many letters apart two words are, and which known word was meant.
package enum EditDistance {
    /// Letters beyond which a word is no slip of any key.
    private static let longestWord = 64

    /// The candidate closest to `word` within a third of its length, or nil.
    package static func closest(to word: String, among candidates: [String]) -> String? {
        guard word.utf8.count <= longestWord else { return nil }
        let limit = max(1, word.count / 3)
        return candidates.map { (distance(word, $0), $0) }
            .filter { $0.0 <= limit }.min { $0 < $1 }?.1
    }

    /// Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours.
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased()), right = Array(right.lowercased())
        var rows = [Array(0...right.count)]
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                let substituted = rows[i][j] + (letter == other ? 0 : 1)
                var best = min(row[j] + 1, rows[i][j + 1] + 1, substituted)
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
