// SPDX-License-Identifier: Apache-2.0

/// One thing that goes wrong while load is sent: when, for how long, and what.
package struct ChaosFault: Hashable, Sendable {
    /// What is done, and to whom.
    package enum Action: Hashable, Sendable {
        /// SIGSTOP, and SIGCONT at the end: a process that does not answer and is not gone.
        case stop(pidFile: String)
        /// SIGKILL: a crash.
        case kill(pidFile: String)
        /// SIGKILL to the first worker process of a gateway: a handler that crashes.
        case killWorker(pidFile: String)
        /// SIGUSR2: the gateway hands over to a new process.
        case restart(pidFile: String)
        /// Another config and SIGHUP; at the end the old one and SIGHUP.
        case config(ConfigChange, pidFile: String)
        /// Another snapshot is published; at the end the one before.
        case snapshot(store: String, id: String)
        /// A damaged copy of the published snapshot is published; at the end the sound one again.
        case damagedSnapshot(store: String)

        /// Whether it has an end of its own.
        var isLasting: Bool {
            switch self {
            case .stop, .config, .snapshot, .damagedSnapshot: true
            case .kill, .killWorker, .restart: false
            }
        }
    }

    /// What reports and assertions call it.
    package var name: String
    /// When it begins, in seconds since the start of the scored part.
    package var atSeconds: Double
    /// How long it lasts; nil until the end of the run, or for what is over at once.
    package var forSeconds: Double?
    /// What is done.
    package var action: Action

    /// A fault of its parts.
    package init(name: String, atSeconds: Double, forSeconds: Double? = nil, action: Action) {
        self.name = name
        self.atSeconds = atSeconds
        self.forSeconds = forSeconds
        self.action = action
    }
}

/// How a config file changes.
package struct ConfigChange: Hashable, Sendable {
    /// What takes the place of what.
    package enum Replacement: Hashable, Sendable {
        /// The whole file, by another one.
        case file(String)
        /// A text that occurs once.
        case text(String, by: String)
    }

    /// The config file.
    package var path: String
    /// What changes in it.
    package var replacement: Replacement

    /// A change of its parts.
    package init(path: String, replacement: Replacement) {
        self.path = path
        self.replacement = replacement
    }
}

/// Why a fault could not be brought about or undone.
package struct ChaosError: Error, Hashable, CustomStringConvertible {
    /// What went wrong, in one line.
    package let description: String

    init(_ description: String) { self.description = description }
}
