// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Logging
import PluginHost

/// What is published as a whole.
package enum PublishSubject: String, CaseIterable, Sendable {
    /// The config, with its plugins, models and weights.
    case config
    /// The feature snapshot.
    case snapshot
}

/// One config or snapshot on its way into force: times its steps and tells how it ended.
struct Publication {
    let subject: PublishSubject

    private let log: PublishLog
    private let start = MonotonicClock.nanoseconds
    private var durations: [(step: PublishStep, nanoseconds: UInt64)] = []
    /// The step that was at work last.
    private(set) var step: PublishStep?

    init(of subject: PublishSubject, _ log: PublishLog) {
        self.subject = subject
        self.log = log
    }

    /// Runs a step.
    mutating func run<Result>(
        _ step: PublishStep,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let start = MonotonicClock.nanoseconds
        self.step = step
        log.began(step, of: subject)
        defer {
            let nanoseconds = MonotonicClock.nanoseconds - start
            durations.append((step, nanoseconds))
            log.ended(step, nanoseconds: nanoseconds)
        }
        return try await body()
    }

    /// Writes down how it ended.
    func end(_ outcome: GatewayStatus.PublishingResult.Outcome, _ message: String) {
        log.record(
            result(subject.rawValue, outcome, step: outcome == .refused ? step : nil, message),
            of: subject
        )
    }

    /// A result that ends now.
    func result(
        _ subject: String,
        _ outcome: GatewayStatus.PublishingResult.Outcome,
        step: PublishStep? = nil,
        _ message: String
    ) -> GatewayStatus.PublishingResult {
        .init(
            subject: subject,
            outcome: outcome,
            step: step?.rawValue,
            at: .now(),
            durationMilliseconds: Double(MonotonicClock.nanoseconds - start) / 1e6,
            message: message
        )
    }

    /// The time of each step, for a line of the log.
    var metadata: Logger.Metadata {
        Dictionary(
            durations.map { step, nanoseconds in
                ("\(step.rawValue)_ms", "\(Double(nanoseconds / 10_000) / 100)")
            },
            uniquingKeysWith: { _, last in last }
        )
    }
}
