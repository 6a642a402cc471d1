// SPDX-License-Identifier: Apache-2.0

/// Walks through many connections a slice at a time, so that no look at them holds up the loop.
///
/// Pure: the positions alone. Whatever the count, each position comes up once in `slicesPerRound`
/// slices, as long as positions keep their connection; one that moves may wait a round more.
struct ConnectionSweep {
    /// Slices until every connection has come up: a time-out is a second late at most.
    static let slicesPerRound = 10
    /// A slice this small costs nothing worth dividing.
    static let sliceMinimum = 64

    private var next = 0

    /// The next slice of so many connections.
    mutating func slice(of count: Int) -> Range<Int> {
        let start = next < count ? next : 0
        let size = max(Self.sliceMinimum, (count + Self.slicesPerRound - 1) / Self.slicesPerRound)
        next = min(start + size, count)
        return start..<next
    }
}
