// SPDX-License-Identifier: Apache-2.0

/// The unused parts of a range: first fit, neighbours joined.
struct FreeRanges: Equatable {
    private(set) var ranges: [Range<Int>]

    init(_ all: Range<Int>) {
        ranges = [all]
    }

    var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// Takes the first run of `count`, or nothing when none is long enough.
    mutating func take(_ count: Int) -> Range<Int>? {
        guard let index = ranges.firstIndex(where: { $0.count >= count }) else { return nil }
        let start = ranges[index].lowerBound
        ranges[index] = start + count..<ranges[index].upperBound
        if ranges[index].isEmpty { ranges.remove(at: index) }
        return start..<start + count
    }

    /// Frees a run that was taken.
    mutating func give(back run: Range<Int>) {
        let index = ranges.firstIndex { $0.lowerBound >= run.upperBound } ?? ranges.endIndex
        ranges.insert(run, at: index)
        join(at: index + 1)
        join(at: index)
    }

    private mutating func join(at index: Int) {
        guard index > 0, index < ranges.count,
            ranges[index - 1].upperBound == ranges[index].lowerBound
        else { return }
        ranges[index - 1] = ranges[index - 1].lowerBound..<ranges[index].upperBound
        ranges.remove(at: index)
    }
}
