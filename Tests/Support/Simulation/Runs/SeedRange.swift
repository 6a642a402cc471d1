// SPDX-License-Identifier: Apache-2.0

/// The seeds of a command line: `12345` or `1..5000`.
package struct SeedRange: Sendable, Equatable {
    /// The seeds, both ends included.
    package let seeds: ClosedRange<UInt64>

    /// Reads one number, or two with `..` between; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt64($0) }
        guard numbers.count == parts.count, let first = numbers.first, let last = numbers.last,
            numbers.count <= 2, first <= last
        else { return nil }
        seeds = first...last
    }

    /// Some seeds.
    package init(_ seeds: ClosedRange<UInt64>) { self.seeds = seeds }
}
