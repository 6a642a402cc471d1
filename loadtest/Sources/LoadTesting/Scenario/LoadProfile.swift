// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// When a scenario's requests are sent.
package struct LoadProfile: Sendable {
    /// How arrivals are spaced.
    package var arrivals = ArrivalProcess.poisson
    /// The asked rate over time.
    package var rate = RateProfile([.init(seconds: 10, rate: 100)])
    /// Seconds before the scored part.
    package var warmUpSeconds = 0.0
    /// Connections kept open.
    package var connections = 64
    /// Threads that send.
    package var threads = 1
    /// After so long since it was due, a request has failed.
    package var timeoutNanoseconds: UInt64 = 5_000_000_000
    /// So long before a request is due the thread keeps asking for events instead of sleeping.
    package var busyPollNanoseconds: UInt64 = 150_000
    /// Whose certificates are good.
    package var trust = TLSTrust.system
    /// What decides arrivals, carts and shoppers.
    package var seed: UInt64 = 1

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("arrivals", .arrivalProcess, into: &arrivals)
        let phases = object.optional("phases", .array(of: .object(LoadPhase.init)))
        if let phases { rate = RateProfile(phases: LoadPhase.numbered(phases)) }
        let warmUp = object.optional("warm_up", .duration(in: ScenarioLimits.warmUp))
        if let warmUp { warmUpSeconds = warmUp / .seconds(1) }
        object.read("connections", .integer(in: ScenarioLimits.connections), into: &connections)
        object.read("threads", .integer(in: ScenarioLimits.threads), into: &threads)
        object.read(
            "timeout",
            .nanoseconds(in: ScenarioLimits.timeout),
            into: &timeoutNanoseconds
        )
        object.read(
            "busy_poll",
            .nanoseconds(in: ScenarioLimits.busyPoll),
            into: &busyPollNanoseconds
        )
        if let path = object.optional("ca_file", .path) { trust = .file(path) }
        if object.optional("insecure", .boolean, default: false) { trust = .anyone }
        let seed = object.optional("seed", .integer(in: 0...Int.max))
        if let seed { self.seed = UInt64(seed) }
    }
}
