// SPDX-License-Identifier: Apache-2.0

/// How arrivals are spaced around the asked rate.
package enum ArrivalProcess: RawRepresentable, Hashable, Sendable, Encodable {
    /// Independent shoppers: exponential gaps, bursts included.
    case poisson
    /// A metronome: equal gaps. It flatters every server.
    case constant
    /// Gamma-distributed gaps of this shape: below 1 burstier than Poisson, above it more even.
    case gamma(shape: Double)

    /// Shapes that mean something: bursts of hundreds up to nearly a metronome.
    package static let shapes = 0.01...1_000.0

    /// Reads `poisson`, `constant` or `gamma(0.5)`; nil for anything else.
    package init?(rawValue text: String) {
        switch text {
        case "poisson": self = .poisson
        case "constant": self = .constant
        default:
            guard let match = text.wholeMatch(of: /gamma\((\d+(?:\.\d+)?)\)/),
                let shape = Double(match.1), Self.shapes.contains(shape)
            else { return nil }
            self = .gamma(shape: shape)
        }
    }

    /// The word a scenario says.
    package var rawValue: String {
        switch self {
        case .poisson: "poisson"
        case .constant: "constant"
        case .gamma(let shape): "gamma(\(shape))"
        }
    }

    /// The next gap at rate one: 1 on average.
    func gap(using generator: inout SeededGenerator) -> Double {
        switch self {
        case .poisson: generator.exponential()
        case .constant: 1
        case .gamma(let shape): generator.gamma(shape: shape) / shape
        }
    }

    /// Where the first arrival lies: a metronome begins at once, the others within a gap.
    func firstArrival(using generator: inout SeededGenerator) -> Double {
        self == .constant ? 0 : gap(using: &generator)
    }
}
