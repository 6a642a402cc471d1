// SPDX-License-Identifier: Apache-2.0

/// The ranges a scenario's settings may have.
package enum ScenarioLimits {
    /// Requests per second: more than one machine can send.
    package static let rate = 0.001...1_000_000.0
    /// Length of a phase: a day.
    package static let duration: ClosedRange<Duration> = .milliseconds(100) ... .seconds(86_400)
    /// Steps of a staircase: a thousand are a ramp.
    package static let steps = 2...1_000
    /// Waves of a phase, so that its pieces stay few.
    package static let periods = 1_000.0
    /// How much faster a trace is replayed.
    package static let speed = 0.001...1_000.0
    /// The warm-up, which may be none.
    package static let warmUp: ClosedRange<Duration> = .zero ... .seconds(3_600)
    /// When a request has failed.
    package static let timeout: ClosedRange<Duration> = .milliseconds(1) ... .seconds(600)
    /// Time without sleep before a request; none lets the thread sleep until then.
    package static let busyPoll: ClosedRange<Duration> = .zero ... .milliseconds(100)
    /// Connections: as many as one address has ports for.
    package static let connections = 1...60_000
    /// Threads: far beyond any machine's cores.
    package static let threads = 1...256
    /// Lines of a cart.
    package static let lines = 1...500
    /// Mean and deviation of the logarithm of a number of lines.
    package static let logarithm = -5.0...7.0
    /// How often a session sends a request in a row.
    package static let times = 1...100
    /// The longest time a shopper thinks: beyond it a run would end before the session.
    package static let thinkMaximum: Duration = .seconds(600)
    /// Prices of a check, in minor units.
    package static let minorUnits = 0...1_000_000_000_000
    /// How far prices of a check may be from the list price.
    package static let listPercent = 0.0...10_000.0
    /// Products of a recommendation.
    package static let items = 1...1_000
    /// Shoppers told apart.
    package static let shoppers = 1...10_000_000
    /// The exponent of the popularity law: 0 makes all products equal.
    package static let zipf = 0.0...4.0
    /// A request's share among the others.
    package static let weight = 0.0001...1_000_000.0
    /// Prepared requests: enough that no cache of the server knows them all.
    package static let variety = 1...1_000_000
    /// Bytes of all prepared requests together: a fraction of any machine's memory.
    package static let preparedBytes = 256 << 20
}
