// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// One model and its versions.
    package struct Model: Encodable, Equatable, Sendable {
        /// Name in the config and in metrics.
        package var name: String
        /// `price`, `recommend` or `infer`.
        package var kind: String
        /// The version a failing one falls back to.
        package var stable: String
        /// Every loaded version, in the config's order.
        package var versions: [Version]
        /// Those of them that get copies of live requests.
        package var shadows: [Shadow]

        /// Describes a model.
        package init(
            name: String,
            kind: String,
            stable: String,
            versions: [Version],
            shadows: [Shadow] = []
        ) {
            self.name = name
            self.kind = kind
            self.stable = stable
            self.versions = versions
            self.shadows = shadows
        }
    }

    /// One loaded version of a model.
    package struct Version: Encodable, Equatable, Sendable {
        /// Name in the config and in metrics.
        package var version: String
        /// Plugin it comes from.
        package var plugin: String
        /// Handler of that plugin.
        package var handler: String
        /// `inline`, `pooled` or `isolated`.
        package var execution: String
        /// Share of the traffic, of 10,000.
        package var weightBasisPoints: Int
        /// False while its kill switch is on: others answer in its place.
        package var enabled: Bool
        /// State of its circuit breaker.
        package var breaker: Breaker
        /// Calls since it was loaded, and how they went.
        package var calls: CallSummary
        /// Its threads; only of a pooled version.
        package var pool: Pool?
        /// Its worker process; only of an isolated version.
        package var worker: Worker?

        /// Describes a version.
        package init(
            version: String,
            plugin: String,
            handler: String,
            execution: String,
            weightBasisPoints: Int,
            enabled: Bool = true,
            breaker: Breaker,
            calls: CallSummary,
            pool: Pool? = nil,
            worker: Worker? = nil
        ) {
            self.version = version
            self.plugin = plugin
            self.handler = handler
            self.execution = execution
            self.weightBasisPoints = weightBasisPoints
            self.enabled = enabled
            self.breaker = breaker
            self.calls = calls
            self.pool = pool
            self.worker = worker
        }
    }

    /// A circuit breaker as the clock shows it, not as it was last written.
    package struct Breaker: Encodable, Equatable, Sendable {
        /// Effective state.
        package var state: BreakerState
        /// Counts state changes; a late result of an older epoch is ignored.
        package var epoch: UInt32
        /// Calls in the current window.
        package var calls: Int
        /// Failures in the current window.
        package var failures: Int
        /// When it opened; only while it is open.
        package var openedAt: Timestamp?
        /// When it next lets a probe through; only while it is open.
        package var openUntil: Timestamp?

        /// Describes a breaker.
        package init(
            state: BreakerState,
            epoch: UInt32,
            calls: Int,
            failures: Int,
            openedAt: Timestamp? = nil,
            openUntil: Timestamp? = nil
        ) {
            self.state = state
            self.epoch = epoch
            self.calls = calls
            self.failures = failures
            self.openedAt = openedAt
            self.openUntil = openUntil
        }
    }

    /// The states a breaker shows to people and metrics.
    package enum BreakerState: String, Encodable, CaseIterable, Sendable {
        case closed
        case open
        case halfOpen = "half_open"
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
    }

    /// How the calls of one version went since it was loaded.
    package struct CallSummary: Encodable, Equatable, Sendable {
        /// Calls that finished.
        package var total: UInt64
        /// Those that counted against the breaker.
        package var failures: UInt64
        /// Half of the calls took less; absent before the first call.
        package var p50Milliseconds: Double?
        /// 99 of 100 calls took less; absent before the first call.
        package var p99Milliseconds: Double?

        /// Summarises calls.
        package init(
            total: UInt64 = 0,
            failures: UInt64 = 0,
            p50Milliseconds: Double? = nil,
            p99Milliseconds: Double? = nil
        ) {
            self.total = total
            self.failures = failures
            self.p50Milliseconds = p50Milliseconds
            self.p99Milliseconds = p99Milliseconds
        }
    }
}
