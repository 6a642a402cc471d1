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
    /// What the model and the place where it runs were made from.
    struct Origin: Hashable, Sendable {
        let config: VersionConfig
        let pluginDigest: String
        let isDemoted: Bool
    }

    /// What the breaker was made from.
    struct BreakerOrigin: Hashable, Sendable {
        let config: BreakerConfig
        let slowThresholdNanoseconds: UInt64
    }

    let origin: Origin
    let breakerOrigin: BreakerOrigin
    let model: LoadedModel
    let breaker: CircuitBreaker
    let pool: HandlerPool?
    /// Its shadow role; changes with the config and leaves the version alone.
    let shadow: LoadedShadow?
}

/// A version on its way: its model is loaded, and no thread of its own has been started.
struct VersionDraft: Sendable {
    let name: VersionName
    let origin: LoadedVersion.Origin
    let breakerOrigin: LoadedVersion.BreakerOrigin
    let model: LoadedModel
    let isInline: Bool
    /// How many of the model's calls run at once.
    let parallelism: Int
    /// What the queue before its threads goes by; nil when it takes what it has room for.
    let overload: OverloadSettings?
    /// How busy the system may be before the version's threads make way.
    let priority: HandlerPool.Priority
    /// Its shadow role on its way.
    let shadow: ShadowDraft?
    /// The version of that name in force.
    let previous: LoadedVersion?

    /// Loads the model, or takes over one that is made from the same.
    ///
    /// Loading thread only.
    ///
    /// - Throws: `PluginError` when the handler refuses its settings or artifact, `GatewayFault` when
    ///   it cannot run where the config says.
    init(
        _ name: VersionName,
        origin: LoadedVersion.Origin,
        breakerOrigin: LoadedVersion.BreakerOrigin,
        handler: HandlerRegistration,
        overload: OverloadSettings? = nil,
        shadow: ShadowConfig? = nil,
        priority: HandlerPool.Priority = .normal,
        replacing previous: LoadedVersion?
    ) throws {
        self.name = name
        self.overload = overload
        parallelism = handler.threading == .serial ? 1 : origin.config.pool.threads
        self.priority = priority
        self.origin = origin
        self.breakerOrigin = breakerOrigin
        self.previous = previous
        isInline = try Self.isInline(handler, origin)
        if let previous, previous.origin == origin {
            model = previous.model
        } else {
            model = try LoadedModel(
                handler: handler,
                model: name.model,
                version: name.version,
                settingsJSON: origin.config.settingsJSON,
                artifactPath: origin.config.artifact ?? ""
            )
        }
        let kept = previous?.model === model ? previous?.shadow : nil
        self.shadow = try shadow.map {
            try ShadowDraft($0, of: name, origin, breakerOrigin, handler, replacing: kept)
        }
    }

    /// Whether the model was loaded for this version.
    var isNew: Bool { previous?.model !== model }

    /// Gives the version its breaker and its threads, which must not inherit a low priority.
    func makeVersion(_ returns: PoolReturns) throws -> LoadedVersion {
        LoadedVersion(
            origin: origin,
            breakerOrigin: breakerOrigin,
            model: model,
            breaker: try makeBreaker(),
            pool: makePool(returns),
            shadow: try shadow?.makeShadow(returns)
        )
    }

    /// The breaker forgets nothing at a reload that leaves its settings alone.
    private func makeBreaker() throws -> CircuitBreaker {
        if let previous, previous.breakerOrigin == breakerOrigin { return previous.breaker }
        return try CircuitBreaker(breakerOrigin, name)
    }

    private func makePool(_ returns: PoolReturns) -> HandlerPool? {
        if let previous, previous.model === model { return previous.pool }
        guard !isInline else { return nil }
        return HandlerPool(
            name: "\(name.model)-\(name.version)",
            threads: origin.config.pool.threads,
            queueCapacity: origin.config.pool.queue,
            priority: priority,
            law: overload.map { PoolLaw($0, parallelism: parallelism, clock: .system) },
            readers: SnapshotServices.readers,
            completion: { returns.deliver($0, $1) }
        )
    }

    private static func isInline(
        _ handler: HandlerRegistration,
        _ origin: LoadedVersion.Origin
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
        _ origin: LoadedVersion.BreakerOrigin,
        _ name: VersionName
    ) throws {
        let config = origin.config
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
        let seed = name.text.utf8
            .reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        self.init(settings: settings, seed: seed)
    }
}
