// SPDX-License-Identifier: Apache-2.0

/// How the requests are sent.
package struct LoadSettings: Sendable {
    /// When requests are sent.
    package enum Pace: Sendable {
        /// Open loop: by a schedule, whatever the server does.
        case open(ArrivalProcess, RateProfile)
        /// Closed loop: each of so many connections sends when its reply came, for so long.
        case closed(concurrency: Int, seconds: Double)
    }

    /// Whom the load goes to.
    package var target: Target
    /// When requests are sent.
    package var pace: Pace
    /// Seconds before the scored part, at the rate it starts with.
    package var warmUpSeconds = 0.0
    /// Connections kept open, over all threads.
    package var connections = 64
    /// Threads that send.
    package var threads = 1
    /// After so long since it was due, a request has failed.
    package var timeoutNanoseconds: UInt64 = 5_000_000_000
    /// So long before a request is due the thread stops sleeping and keeps asking for events.
    ///
    /// A sleeping core takes tens of microseconds to wake; the price is that core's time.
    package var busyPollNanoseconds: UInt64 = 150_000
    /// Whose certificates are good, for a target with TLS.
    package var trust = TLSTrust.system
    /// What decides arrivals and the order of requests.
    package var seed: UInt64 = 1

    /// Settings with the defaults.
    package init(target: Target, pace: Pace) {
        self.target = target
        self.pace = pace
    }

    /// The phases after the warm-up, in order; a request's timing names its phase by its position.
    package var phases: [LoadPhase] {
        switch pace {
        case .open(_, let profile): profile.phases
        case .closed(_, let seconds):
            [LoadPhase(name: "closed", [.init(seconds: seconds, rate: 0)])]
        }
    }

    /// Seconds of all phases.
    package var durationSeconds: Double { phases.reduce(0) { $0 + $1.durationSeconds } }

    /// Seconds of the phases that count.
    package var scoredSeconds: Double {
        phases.reduce(0) { $0 + ($1.isScored ? $1.durationSeconds : 0) }
    }

    /// Requests per second asked for in the phases that count, on average; nil in a closed loop.
    package var askedRate: Double? {
        guard case .open(_, let profile) = pace, scoredSeconds > 0 else { return nil }
        return profile.scored.expectedArrivals / scoredSeconds
    }

    /// When arrivals are due that send so many requests each; never in a closed loop.
    func schedule(requestsPerArrival: Double) -> ArrivalSchedule {
        guard case .open(let process, let profile) = pace else { return ArrivalSchedule() }
        return ArrivalSchedule(
            process,
            profile.preceded(bySeconds: warmUpSeconds),
            seed: seed,
            scale: 1 / requestsPerArrival
        )
    }

    /// TLS for one thread; nil when the target has none.
    func tlsSettings() throws -> TLSSettings? {
        target.isSecure ? try TLSSettings(trust, serverName: target.host) : nil
    }

    /// The connections of all threads.
    var allConnections: Int {
        if case .closed(let concurrency, _) = pace { concurrency } else { connections }
    }

    /// The connections of one thread.
    func connections(ofThread thread: Int) -> Int {
        allConnections / threads + (thread < allConnections % threads ? 1 : 0)
    }
}
