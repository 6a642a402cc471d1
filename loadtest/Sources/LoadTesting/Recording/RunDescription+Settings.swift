// SPDX-License-Identifier: Apache-2.0

extension RunDescription {
    /// What settings ask for.
    package init(_ settings: LoadSettings, routes: [String]) {
        self.init()
        target = "http://" + settings.target.authority
        seed = settings.seed
        askedRate = settings.askedRate
        scoredSeconds = settings.scoredSeconds
        warmUpSeconds = settings.warmUpSeconds
        threads = settings.threads
        timeoutSeconds = Double(settings.timeoutNanoseconds) / 1e9
        self.routes = routes
        host = .current
        switch settings.pace {
        case .open(let process, let profile):
            arrivals = process.rawValue
            connections = settings.connections
            phases = Self.phases(profile)
        case .closed(let concurrency, let seconds):
            loop = "closed"
            connections = concurrency
            phases = [Phase(name: "phase1", startSeconds: 0, endSeconds: seconds)]
        }
    }

    private static func phases(_ profile: RateProfile) -> [Phase] {
        var start = 0.0
        return profile.segments.enumerated().map { index, segment in
            defer { start += segment.durationSeconds }
            return Phase(
                name: "phase\(index + 1)",
                startSeconds: start,
                endSeconds: start + segment.durationSeconds,
                startRate: segment.startRate,
                endRate: segment.endRate
            )
        }
    }
}
