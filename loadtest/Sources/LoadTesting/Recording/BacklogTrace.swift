// SPDX-License-Identifier: Apache-2.0

/// Requests due and not ended, sampled over the run into a fixed number of slots.
package struct BacklogTrace: Sendable {
    /// Slots of a run: one for each percent of it.
    package static let slotCount = 100

    private let startNanoseconds: UInt64
    private let slotNanoseconds: UInt64
    /// The largest sample of each slot.
    package private(set) var samples = [Int](repeating: 0, count: slotCount)

    /// A trace of the scored part of a run.
    package init(startNanoseconds: UInt64, durationNanoseconds: UInt64) {
        self.startNanoseconds = startNanoseconds
        slotNanoseconds = max(1, durationNanoseconds / UInt64(Self.slotCount))
    }

    /// Notes a sample; those outside the scored part are dropped.
    package mutating func record(_ count: Int, at nanoseconds: UInt64) {
        guard nanoseconds >= startNanoseconds else { return }
        let slot = (nanoseconds - startNanoseconds) / slotNanoseconds
        guard slot < UInt64(Self.slotCount) else { return }
        samples[Int(slot)] = max(samples[Int(slot)], count)
    }

    /// Adds the same run's trace of another thread.
    package mutating func add(_ other: BacklogTrace) {
        for slot in samples.indices { samples[slot] += other.samples[slot] }
    }

    /// How much larger the backlog was in the last tenth of the run than in the first.
    package static func growth(_ samples: [Int]) -> Double {
        let tenth = max(samples.count / 10, 1)
        let first = samples.prefix(tenth).reduce(0, +)
        let last = samples.suffix(tenth).reduce(0, +)
        return Double(last - first) / Double(tenth)
    }
}
