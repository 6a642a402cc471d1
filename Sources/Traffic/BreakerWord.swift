// SPDX-License-Identifier: Apache-2.0

/// The phase a breaker's word is in.
///
/// What a clock makes of it (an open wait that is over, an override that has lapsed) is
/// `BreakerState`.
enum BreakerPhase: UInt64, Sendable {
    case closed, open, halfOpen, forcedOpen, forcedClosed, metricsOnly
}

/// A breaker's whole state in 64 bits, so that one compare-and-swap moves all of it.
///
/// Bits, lowest first: phase 3, epoch 24, openings 4, payload 33. The payload is a tick (open and
/// overrides: until when; closed: since when, 0 for always) or, half-open, the trials' tallies.
struct BreakerWord: Hashable, Sendable {
    /// A tick is 2^24 ns, about 17 ms: 33 bits of them outlast four years of uptime.
    static let tickShift: UInt64 = 24
    static let openingsMax: UInt64 = 15
    static let epochMask: UInt32 = 0xFF_FFFF
    private static let payloadMask: UInt64 = 1 << 33 - 1

    let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(_ phase: BreakerPhase, epoch: UInt32, openings: UInt64 = 0, payload: UInt64 = 0) {
        bits =
            phase.rawValue | UInt64(epoch & Self.epochMask) << 3
            | min(openings, Self.openingsMax) << 27 | min(payload, Self.payloadMask) << 31
    }

    static let initial = BreakerWord(.closed, epoch: 0)

    // Every phase is written by `init`, so the six bit patterns are all there are.
    var phase: BreakerPhase { BreakerPhase(rawValue: bits & 7) ?? .closed }
    /// Counts the changes of phase; a result from an earlier epoch is stale.
    var epoch: UInt32 { UInt32(truncatingIfNeeded: bits >> 3) & Self.epochMask }
    var nextEpoch: UInt32 { (epoch + 1) & Self.epochMask }
    /// How often it has opened and not been forgiven.
    var openings: UInt64 { bits >> 27 & 15 }
    private var payload: UInt64 { bits >> 31 }

    /// The payload as a time in nanoseconds, rounded up to a tick; zero stays zero.
    var time: UInt64 { payload << Self.tickShift }

    /// The tick that begins at or after a time.
    static func tick(_ nanoseconds: UInt64) -> UInt64 {
        nanoseconds.plus(1 << tickShift - 1) >> tickShift
    }

    /// The payload of a half-open word.
    var trials: Trials {
        get { Trials(bits: payload) }
        set { self = BreakerWord(phase, epoch: epoch, openings: openings, payload: newValue.bits) }
    }

    /// What a half-open breaker has let in and heard back.
    struct Trials: Hashable, Sendable {
        var admitted: Int
        var completed: Int
        var failed: Int
        var slow: Int

        var inFlight: Int { admitted - completed }

        fileprivate init(bits: UInt64) {
            admitted = Int(bits & 15)
            completed = Int(bits >> 4 & 15)
            failed = Int(bits >> 8 & 15)
            slow = Int(bits >> 12 & 15)
        }

        fileprivate var bits: UInt64 {
            UInt64(admitted) | UInt64(completed) << 4 | UInt64(failed) << 8 | UInt64(slow) << 12
        }
    }
}
