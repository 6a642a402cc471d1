// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import GatewayCore
import PluginHost
import Traffic

/// One version of a model, loaded but not yet bound to a snapshot.
///
/// Kept across snapshots and reloads as long as its part of the config stays the same, so that its
/// breaker remembers and its model is not loaded again.
struct LoadedVersion: Sendable {
    /// What the version was made from.
    struct Origin: Hashable, Sendable {
        let config: VersionConfig
        let breaker: BreakerConfig
        let pluginDigest: String
        let slowThresholdNanoseconds: UInt64
        let isDemoted: Bool
    }

    let origin: Origin
    let model: LoadedModel
    let breaker: CircuitBreaker
    let pool: HandlerPool?

    /// Loads a version.
    ///
    /// - Throws: `PluginError` when the handler refuses its settings or artifact, `GatewayFault` when
    ///   it cannot run where the config says.
    init(
        _ name: (model: String, version: String),
        origin: Origin,
        handler: HandlerRegistration,
        overload: OverloadSettings,
        returns: PoolReturns,
        replacing previous: LoadedVersion?
    ) throws {
        self.origin = origin
        model = try LoadedModel(
            handler: handler,
            model: name.model,
            version: name.version,
            settingsJSON: origin.config.settingsJSON,
            artifactPath: origin.config.artifact ?? ""
        )
        breaker = try previous?.breaker(ifMadeFrom: origin) ?? CircuitBreaker(origin, name)
        pool =
            try Self.isInline(handler, origin)
            ? nil
            : HandlerPool(
                name: "\(name.model)-\(name.version)",
                threads: origin.config.pool.threads,
                queueCapacity: origin.config.pool.queue,
                law: PoolLaw(
                    overload,
                    parallelism: handler.threading == .serial ? 1 : origin.config.pool.threads,
                    clock: .system
                ),
                readers: SnapshotServices.readers,
                completion: { returns.deliver($0, $1) }
            )
    }

    /// The breaker forgets nothing at a reload that leaves its settings alone.
    private func breaker(ifMadeFrom origin: Origin) -> CircuitBreaker? {
        let isSame =
            origin.breaker == self.origin.breaker
            && origin.slowThresholdNanoseconds == self.origin.slowThresholdNanoseconds
        return isSame ? breaker : nil
    }

    private static func isInline(
        _ handler: HandlerRegistration,
        _ origin: Origin
    ) throws -> Bool {
        switch origin.config.execution {
        case .pooled: return false
        case nil:
            guard handler.execution != .isolated else {
                throw GatewayFault(
                    "\(handler.plugin)/\(handler.name)",
                    "wishes to run isolated, which this gateway does not offer; `execution: pooled`"
                        + " runs it in this process"
                )
            }
            return handler.mayRunInline && !origin.isDemoted
        case .inline:
            guard handler.mayRunInline else {
                throw GatewayFault(
                    "\(handler.plugin)/\(handler.name)",
                    "cannot run inline: the handler wishes another execution or is serial"
                )
            }
            return !origin.isDemoted
        }
    }
}

extension CircuitBreaker {
    /// A breaker whose jitter depends on the version's name alone, so that runs repeat.
    fileprivate convenience init(
        _ origin: LoadedVersion.Origin,
        _ name: (model: String, version: String)
    ) throws {
        let config = origin.breaker
        let settings = try BreakerSettings(
            slowThresholdNanoseconds: origin.slowThresholdNanoseconds,
            bucketNanoseconds: config.bucketNanoseconds,
            callsMin: config.callsMin,
            failureRateBasisPoints: config.failureRateBasisPoints,
            slowRateBasisPoints: config.slowRateBasisPoints,
            consecutiveFailures: config.consecutiveFailures,
            consecutiveSpanNanoseconds: config.consecutiveSpanNanoseconds,
            openNanosecondsMin: config.openNanosecondsMin,
            openNanosecondsMax: config.openNanosecondsMax,
            forgivenessNanoseconds: config.forgivenessNanoseconds,
            trialCount: config.trialCount,
            trialsInFlightMax: config.trialsInFlightMax,
            rampNanoseconds: config.rampNanoseconds
        )
        let seed = "\(name.model)/\(name.version)".utf8
            .reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        self.init(settings: settings, seed: seed)
    }
}
