// SPDX-License-Identifier: Apache-2.0
import Glibc

extension RateProfile.Segment {
    /// Straight pieces of one period of a wave: the rate is off by less than 0.5 % of the amplitude.
    private static let piecesPerPeriod = 32.0

    /// Equal steps from one rate to another, both of them held.
    static func steps(_ count: Int, from: Double, to: Double, seconds: Double) -> [Self] {
        (0..<count).map { step in
            let share = count == 1 ? 0 : Double(step) / Double(count - 1)
            return Self(seconds: seconds / Double(count), rate: from + (to - from) * share)
        }
    }

    /// A rate with a burst of another rate in the middle.
    static func spike(rate: Double, to peak: Double, for length: Double, seconds: Double) -> [Self]
    {
        let side = (seconds - length) / 2
        return [
            Self(seconds: side, rate: rate), Self(seconds: length, rate: peak),
            Self(seconds: side, rate: rate),
        ].filter { $0.durationSeconds > 0 }
    }

    /// A wave around a rate, beginning upwards.
    static func sine(rate: Double, amplitude: Double, period: Double, seconds: Double) -> [Self] {
        let count = max(1, Int((seconds / period * piecesPerPeriod).rounded(.up)))
        let length = seconds / Double(count)
        func value(_ piece: Int) -> Double {
            rate + amplitude * sin(2 * .pi * Double(piece) * length / period)
        }
        return (0..<count).map { Self(seconds: length, rate: value($0), to: value($0 + 1)) }
    }
}
