// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// Attempts of another process to take this one's place; absent before the first.
    package struct Restart: Encodable, Equatable, Sendable {
        /// How the last attempt goes.
        package enum State: String, Encodable, CaseIterable, Sendable {
            /// The new process has the sockets and is not ready yet.
            case starting
            /// It did not become ready; this process keeps serving.
            case failed
            /// It serves; this process finishes what it has.
            case handedOver = "handed_over"
        }

        /// How the last attempt goes.
        package var state: State
        /// When it came to that.
        package var at: Timestamp
        /// Process id of the successor; absent when none could be started.
        package var successor: Int32?
        /// Why the last attempt failed.
        package var message: String?
        /// Attempts that failed since this process started.
        package var failures: Int

        /// Describes the attempts so far.
        package init(
            state: State,
            at: Timestamp,
            successor: Int32? = nil,
            message: String? = nil,
            failures: Int = 0
        ) {
            self.state = state
            self.at = at
            self.successor = successor
            self.message = message
            self.failures = failures
        }
    }

    /// The families about restarts, there from the start.
    var restartFamilies: [MetricFamily] {
        [
            MetricFamily(
                name: "sluice_restart_failures_total",
                help: "Restarts whose new process did not become ready.",
                kind: .counter,
                samples: [MetricSample([], Double(restart?.failures ?? 0))]
            )
        ]
    }
}
