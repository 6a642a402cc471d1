// SPDX-License-Identifier: Apache-2.0

extension RunDescription {
    /// What settings ask for.
    package init(_ settings: LoadSettings, routes: [String]) {
        self.init()
        target = settings.target.origin
        seed = settings.seed
        askedRate = settings.askedRate
        scoredSeconds = settings.scoredSeconds
        warmUpSeconds = settings.warmUpSeconds
        threads = settings.threads
        timeoutSeconds = Double(settings.timeoutNanoseconds) / 1e9
        self.routes = routes
        host = .current
        durationSeconds = settings.durationSeconds
        phases = Self.phases(settings)
        switch settings.pace {
        case .open(let process, _):
            arrivals = process.rawValue
            connections = settings.connections
        case .closed(let concurrency, _):
            loop = "closed"
            connections = concurrency
        }
    }

    private static func phases(_ settings: LoadSettings) -> [Phase] {
        var start = 0.0
        return settings.phases.map { phase in
            defer { start += phase.durationSeconds }
            let isOpen = settings.askedRate != nil && phase.durationSeconds > 0
            return Phase(
                name: phase.name,
                startSeconds: start,
                endSeconds: start + phase.durationSeconds,
                rate: isOpen ? phase.expectedArrivals / phase.durationSeconds : nil,
                isScored: phase.isScored,
                isConstant: phase.isConstant
            )
        }
    }
}

extension LoadPhase {
    fileprivate var isConstant: Bool {
        guard case .rates(let segments) = course else { return false }
        return segments.allSatisfy { $0.startRate == startRate && $0.endRate == startRate }
    }
}
