// SPDX-License-Identifier: Apache-2.0

/// A run's result, as JSON and as the source of the other reports; times in milliseconds.
///
/// `loadtest/schema/run-report.schema.json` describes its JSON.
package struct RunReport: Sendable, Encodable {
    /// What one scenario request came to.
    package struct Route: Sendable, Encodable {
        /// Its name.
        package let name: String
        /// Requests that were due and have ended.
        package let due: Int
        /// Good answers and their latencies.
        package let answered: Row
        /// Requests refused with 503, and how soon.
        package let shed: Row
        /// Failed requests by cause.
        package let failed: [String: Int]
        /// Good answers among all requests that were due.
        package let answeredShare: Double
    }

    /// What one phase of the run came to.
    package struct Phase: Sendable, Encodable {
        /// Its name.
        package let name: String
        /// When it begins, in seconds since the end of the warm-up.
        package let startSeconds: Double
        /// When it ends.
        package let endSeconds: Double
        /// Requests per second asked for; nil in a closed loop.
        package let askedRate: Double?
        /// Requests that were due in it and have ended.
        package let due: Int
        /// Good answers and their latencies.
        package let answered: Row
    }

    /// Version of this format.
    package let format = 1
    /// Whether the numbers mean what they seem to, and why.
    package let judgement: Judgement
    /// How each assertion fared.
    package let assertions: [Assertion.Result]
    /// Whether the run was stopped before its time.
    package let wasInterrupted: Bool
    /// Whom the load went to.
    package let target: String
    /// The scenario file; nil for a run of the command line alone.
    package let scenario: RunDescription.ScenarioFacts?
    /// The machine that sent.
    package let host: HostFacts
    /// End of the warm-up, in seconds since 1970.
    package let startedAt: Double
    /// `open` or `closed`.
    package let loop: String
    /// How arrivals were spaced; nil in a closed loop.
    package let arrivals: String?
    /// What decided arrivals and requests.
    package let seed: UInt64
    /// Requests per second asked for; nil in a closed loop.
    package let askedRate: Double?
    /// Good answers per second; nil when this process was the limit, which says nothing of the server.
    package let goodput: Double?
    /// Seconds from the end of the warm-up until the last request ended.
    package let elapsedSeconds: Double
    /// Requests that were due.
    package let due: Int
    /// Good answers.
    package let answered: Int
    /// Requests refused with 503.
    package let shed: Int
    /// Failed requests.
    package let failed: Int
    /// Requests on their way when the run was stopped.
    package let unfinished: Int
    /// Failed requests by cause.
    package let failures: [String: Int]
    /// All good answers.
    package let total: Row
    /// By scenario request.
    package let routes: [Route]
    /// By phase of the run.
    package let phases: [Phase]
    /// Good answers by route and rung.
    package let rungs: [Row]
    /// Good answers by route and model version.
    package let versions: [Row]
    /// Good answers by route and the experiment's arm.
    package let arms: [Row]
    /// Times that the server named in `Server-Timing`, and what is left of the service time.
    package let serverPhases: [Part]
    /// What the slowest 1 % waited for; nil without answers.
    package let slowest: TailAttribution?
    /// How late this process was ready to send.
    package let timerLag: Latency
    /// How long requests waited for a free connection.
    package let connectionWait: Latency
    /// From sent to the reply's first byte.
    package let firstByte: Latency
    /// Requests due and not ended at each percent of the run, the largest number.
    package let backlog: [Int]
    /// CPU seconds of the sending threads for each second of the run.
    package let generatorCpu: Double
    /// Connections opened.
    package let connectionsOpened: Int

    /// Whether an assertion was missed.
    package var hasMissedAssertion: Bool { assertions.contains { !$0.isMet } }
}
