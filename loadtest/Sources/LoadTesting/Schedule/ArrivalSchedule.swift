// SPDX-License-Identifier: Apache-2.0
import Glibc

/// When one thread sends, computed before the run: nothing the server does can move it.
package struct ArrivalSchedule: Sendable {
    /// Arrivals one run may ask for: their times take 8 bytes each, before the run starts.
    package static let arrivalsMaximum = 50_000_000.0

    /// Nanoseconds from the start of the run, ascending.
    package let offsetsNanoseconds: [UInt64]

    /// No arrivals.
    package init() { offsetsNanoseconds = [] }

    /// The share of a profile's arrivals that one of `threads` sends.
    ///
    /// Arrivals are drawn at rate one and stretched to the profile (time rescaling). Threads draw
    /// independently: Poisson processes add up to one, metronomes are offset against each other.
    package init(
        _ process: ArrivalProcess,
        _ profile: RateProfile,
        seed: UInt64,
        thread: Int = 0,
        threads: Int = 1
    ) {
        var generator = SeededGenerator(seed: seed, stream: UInt64(thread))
        var offsets: [UInt64] = []
        offsets.reserveCapacity(Int(profile.arrivals / Double(threads) * 1.01) + 64)
        var arrival = process == .constant ? Double(thread) / Double(threads) : 0
        var passed = (arrivals: 0.0, seconds: 0.0)
        for segment in profile.segments {
            let arrivals = segment.arrivals / Double(threads)
            while true {
                let next = process == .constant ? arrival : arrival + generator.exponential()
                guard next < passed.arrivals + arrivals else {
                    // Memoryless: the rest of the gap is drawn anew in the next piece.
                    if process == .poisson { arrival = passed.arrivals + arrivals }
                    break
                }
                let count = (next - passed.arrivals) * Double(threads)
                let seconds = passed.seconds + segment.seconds(untilArrivals: count)
                offsets.append(UInt64(seconds * 1e9))
                arrival = process == .constant ? next + 1 : next
            }
            passed.arrivals += arrivals
            passed.seconds += segment.durationSeconds
        }
        offsetsNanoseconds = offsets
    }
}

extension SeededGenerator {
    /// A gap of a Poisson process of rate one.
    fileprivate mutating func exponential() -> Double { -log(unitInterval()) }
}
