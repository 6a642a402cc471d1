// SPDX-License-Identifier: Apache-2.0

/// The sets of category codes that splits ask about, as bit sets.
package struct CategorySets: Hashable, Sendable {
    /// The words of all sets, one after the other: bit `c % 32` of a set's word `c / 32` is code `c`.
    package private(set) var words: [UInt32] = []
    /// Where each set begins in `words`; one entry more than sets.
    package private(set) var offsets: [Int] = [0]

    /// No sets.
    package init() {}

    /// How many sets there are.
    package var count: Int { offsets.count - 1 }

    /// The words of a set.
    package func words(of set: Int) -> ArraySlice<UInt32> {
        words[offsets[set]..<offsets[set + 1]]
    }

    /// Whether a code is in a set; codes outside of its words are not.
    package func contains(_ code: Int, in set: Int) -> Bool {
        let word = code >> 5
        guard code >= 0, word < offsets[set + 1] - offsets[set] else { return false }
        return words[offsets[set] + word] >> UInt32(code & 31) & 1 != 0
    }

    /// Adds a set of those words and returns its index.
    mutating func append(words set: some Sequence<UInt32>) -> Int32 {
        words.append(contentsOf: set)
        offsets.append(words.count)
        return Int32(count - 1)
    }

    /// Adds a set of those codes, each in 0..<`categoryCodeMax`, and returns its index.
    mutating func append(codes: some Collection<Int>) -> Int32 {
        var set = [UInt32](repeating: 0, count: codes.max().map { $0 >> 5 + 1 } ?? 0)
        for code in codes { set[code >> 5] |= 1 << UInt32(code & 31) }
        return append(words: set)
    }
}
