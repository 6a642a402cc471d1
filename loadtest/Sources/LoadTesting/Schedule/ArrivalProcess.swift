// SPDX-License-Identifier: Apache-2.0

/// How arrivals are spaced around the asked rate.
package enum ArrivalProcess: String, CaseIterable, Sendable, Encodable {
    /// Independent shoppers: exponential gaps, bursts included.
    case poisson
    /// A metronome: equal gaps. It flatters every server.
    case constant
}
