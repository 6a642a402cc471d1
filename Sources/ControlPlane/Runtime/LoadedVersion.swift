// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
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
        /// Folders a worker may read beside its artifact's; none for a version in this process.
        let workerPaths: [String]
    }

    let origin: Origin
    let model: HostedModel
    let breaker: CircuitBreaker
    let pool: HandlerPool?

    /// Loads a version.
    ///
    /// - Throws: `PluginError` when the handler refuses its settings or artifact, `GatewayFault` when
    ///   it cannot run where the config says.
    init(
        _ name: VersionName,
        origin: Origin,
        handler: HandlerSource,
        kind: HandlerKind,
        returns: PoolReturns,
        workers: WorkerHost,
        replacing previous: LoadedVersion?
    ) throws {
        self.origin = origin
        let isInline = try Self.isInline(handler, origin)
        model = try handler.load(name, origin, kind: kind, returns, workers)
        breaker = try previous?.breaker(ifMadeFrom: origin) ?? CircuitBreaker(origin, name)
        pool =
            isInline || model.worker != nil
            ? nil
            : HandlerPool(
                name: "\(name.model)-\(name.version)",
                threads: origin.config.pool.threads,
                queueCapacity: origin.config.pool.queue,
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
        _ source: HandlerSource,
        _ origin: Origin
    ) throws -> Bool {
        guard let handler = source.registration else { return false }
        switch origin.config.execution {
        case .pooled, .isolated: return false
        case nil: return handler.mayRunInline && !origin.isDemoted
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
        _ name: VersionName
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
