// SPDX-License-Identifier: Apache-2.0

/// Everything about a run that is not a latency: what was asked, where, and how the run went.
package struct RunDescription: Hashable, Sendable, Codable {
    /// Version of the record's format.
    package static let formatVersion = 1

    /// A part of the run with a rate of its own.
    package struct Phase: Hashable, Sendable, Codable {
        /// What assertions call it.
        package var name: String
        /// When it begins and ends, in seconds since the end of the warm-up.
        package var startSeconds: Double, endSeconds: Double
        /// Requests per second asked for, on average; nil in a closed loop.
        package var rate: Double?
        /// Whether its requests count; a ramp up may not.
        package var isScored: Bool
        /// Whether the rate is the same throughout.
        package var isConstant: Bool

        /// A phase of its parts.
        package init(
            name: String,
            startSeconds: Double,
            endSeconds: Double,
            rate: Double? = nil,
            isScored: Bool = true,
            isConstant: Bool = true
        ) {
            self.name = name
            self.startSeconds = startSeconds
            self.endSeconds = endSeconds
            self.rate = rate
            self.isScored = isScored
            self.isConstant = isConstant
        }

        /// The seconds of a record that begin within the phase.
        package var seconds: Range<Int> {
            let bounds = [startSeconds, endSeconds].map {
                Int(min(max($0, 0), Double(RunRecord.secondsMaximum)).rounded(.up))
            }
            return bounds[0]..<max(bounds[0], bounds[1])
        }
    }

    /// The scenario file, by which two runs are known to have asked the same.
    package struct ScenarioFacts: Hashable, Sendable, Codable {
        /// Its file name.
        package var name: String
        /// SHA-256 of its text, hexadecimal.
        package var sha256: String

        /// Facts of a file.
        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// Version of the record's format.
    package var format = formatVersion
    /// End of the warm-up, in seconds since 1970.
    package var startedAt = 0.0
    /// The scenario file; nil for a run of the command line alone.
    package var scenario: ScenarioFacts?
    /// Whom the load went to.
    package var target = ""
    /// `open` or `closed`.
    package var loop = "open"
    /// How arrivals were spaced; nil in a closed loop.
    package var arrivals: String?
    /// What decided arrivals and requests.
    package var seed: UInt64 = 0
    /// Requests per second asked for, on average; nil in a closed loop.
    package var askedRate: Double?
    /// Seconds of all phases after the warm-up, as asked.
    package var durationSeconds = 0.0
    /// Seconds of the phases that count.
    package var scoredSeconds = 0.0
    /// Seconds before the scored part.
    package var warmUpSeconds = 0.0
    /// Connections kept open.
    package var connections = 0
    /// Threads that sent.
    package var threads = 0
    /// After so many seconds since it was due, a request had failed.
    package var timeoutSeconds = 0.0
    /// The phases, one after the other.
    package var phases: [Phase] = []
    /// The scenario's requests.
    package var routes: [String] = []
    /// What the run had to meet.
    package var assertions: [String] = []
    /// The machine that sent.
    package var host = HostFacts()

    // MARK: How it went

    /// Seconds from the end of the warm-up until the last request ended.
    package var elapsedSeconds = 0.0
    /// Whether the run was stopped before its time.
    package var wasInterrupted = false
    /// Requests that had not ended when the run was stopped.
    package var unfinished = 0
    /// Requests due and not ended at each percent of the run, the largest number.
    package var backlog: [Int] = []
    /// CPU seconds of the threads that sent.
    package var processorSeconds = 0.0
    /// Connections opened.
    package var connectionsOpened = 0
    /// The slowest requests and where their time went, slowest first.
    package var slowest: [SlowRequest] = []

    /// A description to be filled in.
    package init() {}
}
