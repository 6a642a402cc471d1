// SPDX-License-Identifier: Apache-2.0

/// A slow request and where its time went, in microseconds.
package struct SlowRequest: Hashable, Sendable, Codable {
    /// Second of the scored part in which it was due.
    package let second: Int
    /// The scenario's request.
    package let route: String
    /// The model version that answered, `-` without one.
    package let version: String
    /// How it ended: a rung, `shed`, or `failed:` and the cause.
    package let outcome: String
    /// From when it was due until its end.
    package let scheduled: UInt64
    /// Parts of the scheduled time, which add up to it: `timer_lag`, `connection_wait`, the phases of
    /// the server, `network+client`.
    package let parts: [String: UInt64]
}

/// The slowest requests of a run, a bounded number of them.
struct SlowestRequests: Sendable {
    /// The slowest 1 % of 100,000 requests.
    static let countMaximum = 1_000

    /// Up to twice as many as are kept; cut to the slowest when full.
    private var requests: [SlowRequest] = []
    /// What a request must exceed to be among the slowest, in microseconds.
    private var threshold: UInt64 = 0

    /// The slowest, slowest first.
    var sorted: [SlowRequest] {
        Array(requests.sorted { $0.scheduled > $1.scheduled }.prefix(Self.countMaximum))
    }

    /// Keeps an answered sample if it may be among the slowest.
    mutating func add(_ sample: RequestSample, _ name: SeriesName, phases: [String]) {
        guard name.outcome.isAnswer,
            sample.timing.nanoseconds(by: .scheduled) ?? 0 > threshold * 1_000
        else { return }
        requests.append(SlowRequest(sample, name, phases: phases))
        guard requests.count == 2 * Self.countMaximum else { return }
        requests = sorted
        threshold = requests.last?.scheduled ?? 0
    }
}

extension SlowRequest {
    /// The server's whole time that none of its named phases accounts for.
    static let restOfServer = "rest of server"

    fileprivate init(_ sample: RequestSample, _ name: SeriesName, phases: [String]) {
        let microseconds = { (clock: LatencyClock) in
            (clock.reader(phases: phases)(sample) ?? 0) / 1_000
        }
        var parts = [
            LatencyClock.timerLag.name: microseconds(.timerLag),
            LatencyClock.connectionWait.name: microseconds(.connectionWait),
        ]
        var named: UInt64 = 0
        for phase in phases where phase != LatencyClock.totalPhase {
            parts[phase] = microseconds(.phase(phase))
            named += parts[phase] ?? 0
        }
        let total = microseconds(.phase(LatencyClock.totalPhase))
        if total > 0 {
            parts[Self.restOfServer] = total > named ? total - named : 0
            parts["network+client"] = microseconds(.outsideServer)
        } else {
            parts[LatencyClock.service.name] = microseconds(.service)
        }
        self.init(
            second: Int(sample.second),
            route: name.route,
            version: name.version,
            outcome: name.outcome.name,
            scheduled: microseconds(.scheduled),
            parts: parts
        )
    }
}
