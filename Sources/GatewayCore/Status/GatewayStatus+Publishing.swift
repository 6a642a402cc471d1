// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// What is coming into force, and how it went last.
    package struct Publishing: Encodable, Equatable, Sendable {
        /// What is being worked on; absent when nothing is.
        package var current: PublishingStep?
        /// The last result of each snapshot store, config and version, in order of their subjects.
        package var results: [PublishingResult]
        /// Plugin images the config uses.
        package var pluginImagesLoaded: Int
        /// Plugin images that stay in memory without being used.
        package var pluginImagesRetired: Int
        /// Snapshots that are no longer served but still read.
        package var drainingSnapshots: [String]
        /// Loading threads inside plugins that did not return in time.
        package var stuckLoadingThreads: Int
        /// Completions that named no waiting call, by plugin in use: late, double or forged.
        package var strayCompletions: [String: UInt64]

        /// Describes the pipeline; by default one that rests.
        package init(
            current: PublishingStep? = nil,
            results: [PublishingResult] = [],
            pluginImagesLoaded: Int = 0,
            pluginImagesRetired: Int = 0,
            drainingSnapshots: [String] = [],
            stuckLoadingThreads: Int = 0,
            strayCompletions: [String: UInt64] = [:]
        ) {
            self.current = current
            self.results = results
            self.pluginImagesLoaded = pluginImagesLoaded
            self.pluginImagesRetired = pluginImagesRetired
            self.drainingSnapshots = drainingSnapshots
            self.stuckLoadingThreads = stuckLoadingThreads
            self.strayCompletions = strayCompletions
        }
    }

    /// A step that has begun and not ended.
    package struct PublishingStep: Encodable, Equatable, Sendable {
        /// `snapshot` or `config`.
        package var subject: String
        /// Name of the step, as metrics have it.
        package var step: String
        /// When it began.
        package var since: Timestamp

        /// Describes a step.
        package init(subject: String, step: String, since: Timestamp) {
            self.subject = subject
            self.step = step
            self.since = since
        }
    }

    /// How one subject's last publication ended.
    package struct PublishingResult: Encodable, Equatable, Sendable {
        /// How it ended.
        package enum Outcome: String, Encodable, CaseIterable, Sendable {
            /// In force.
            case adopted
            /// What was in force before stays.
            case refused
            /// A version that is left out until calls of an old snapshot have ended.
            case withheld
        }

        /// `snapshot`, `config` or `model/version`.
        package var subject: String
        /// How it ended.
        package var outcome: Outcome
        /// The step that refused it.
        package var step: String?
        /// When it ended.
        package var at: Timestamp
        /// How long it took.
        package var durationMilliseconds: Double
        /// Which snapshot or config it was, or why it was refused.
        package var message: String

        /// Describes a result.
        package init(
            subject: String,
            outcome: Outcome,
            step: String? = nil,
            at: Timestamp,
            durationMilliseconds: Double,
            message: String
        ) {
            self.subject = subject
            self.outcome = outcome
            self.step = step
            self.at = at
            self.durationMilliseconds = durationMilliseconds
            self.message = message
        }
    }
}
