// SPDX-License-Identifier: Apache-2.0

/// When requests are due, computed before the run: nothing the server does can move it.
package struct ArrivalSchedule: Sendable {
    /// Arrivals one run may ask for: their times take 8 bytes each, before the run starts.
    package static let arrivalsMaximum = 50_000_000.0

    /// Nanoseconds from the start of the run, ascending.
    package private(set) var offsetsNanoseconds: [UInt64] = []

    /// No arrivals.
    package init() {}

    /// The arrivals of a profile, `scale` of them for each that it asks for.
    ///
    /// Arrivals are drawn at rate one and stretched to the profile (time rescaling); each phase draws
    /// anew.
    package init(
        _ process: ArrivalProcess,
        _ profile: RateProfile,
        seed: UInt64,
        scale: Double = 1
    ) {
        var generator = SeededGenerator(seed: seed)
        offsetsNanoseconds.reserveCapacity(Int(profile.expectedArrivals * scale * 1.01) + 64)
        var start = 0.0
        for phase in profile.phases {
            switch phase.course {
            case .trace(let trace): append(trace, from: start)
            case .rates(let segments):
                let process = phase.arrivals ?? process
                append(process, segments, from: start, scale: scale, &generator)
            }
            start += phase.durationSeconds
        }
    }

    /// Every so many-th arrival: the share of one thread, so that all together keep the asked spacing.
    package func share(ofThread thread: Int, of threads: Int) -> ArrivalSchedule {
        guard threads > 1 else { return self }
        var part = ArrivalSchedule()
        let indices = stride(from: thread, to: offsetsNanoseconds.count, by: threads)
        part.offsetsNanoseconds = indices.map { offsetsNanoseconds[$0] }
        return part
    }

    private mutating func append(_ trace: ArrivalTrace, from start: Double) {
        let startNanoseconds = UInt64(start * 1e9)
        offsetsNanoseconds += trace.offsetsNanoseconds.map { startNanoseconds + $0 }
    }

    private mutating func append(
        _ process: ArrivalProcess,
        _ segments: [RateProfile.Segment],
        from start: Double,
        scale: Double,
        _ generator: inout SeededGenerator
    ) {
        var arrival = process.firstArrival(using: &generator)
        var (arrivals, seconds) = (0.0, start)
        for segment in segments {
            let end = arrivals + segment.arrivals * scale
            while arrival < end {
                let within = segment.seconds(untilArrivals: (arrival - arrivals) / scale)
                offsetsNanoseconds.append(UInt64((seconds + within) * 1e9))
                arrival += process.gap(using: &generator)
            }
            arrivals = end
            seconds += segment.durationSeconds
        }
    }
}
