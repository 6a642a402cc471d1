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
        /// Folders a worker may read beside its artifact's; none for a version in this process.
        let workerPaths: [String]
    }

    /// What the breaker was made from.
    struct BreakerOrigin: Hashable, Sendable {
        let config: BreakerConfig
        let slowThresholdNanoseconds: UInt64
    }

    let origin: Origin
    let breakerOrigin: BreakerOrigin
    let model: HostedModel
    let breaker: CircuitBreaker
    let pool: HandlerPool?
    /// Its shadow role; changes with the config and leaves the version alone.
    let shadow: LoadedShadow?
}

/// A version on its way: its model is loaded, and no thread or process of its own has been started.
struct VersionDraft: Sendable {
    let name: VersionName
    let origin: LoadedVersion.Origin
    let breakerOrigin: LoadedVersion.BreakerOrigin
    /// Nil for a new version that runs in a worker: `makeVersion` starts it.
    private let model: HostedModel?
    private let source: HandlerSource
    private let kind: HandlerKind
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
        handler: HandlerSource,
        kind: HandlerKind,
        overload: OverloadSettings? = nil,
        shadow: ShadowConfig? = nil,
        priority: HandlerPool.Priority = .normal,
        replacing previous: LoadedVersion?
    ) throws {
        self.name = name
        self.overload = overload
        source = handler
        self.kind = kind
        let isSerial = handler.registration?.threading == .serial
        parallelism = isSerial ? 1 : origin.config.pool.threads
        self.priority = priority
        self.origin = origin
        self.breakerOrigin = breakerOrigin
        self.previous = previous
        isInline = try Self.isInline(handler, origin)
        let kept = previous?.origin == origin ? previous : nil
        model = try kept?.model ?? handler.loadHere(name, origin)
        self.shadow = try shadow.map {
            try ShadowDraft(
                $0,
                of: name,
                origin,
                breakerOrigin,
                handler,
                kind,
                replacing: kept?.shadow
            )
        }
    }

    /// Gives the version its breaker, and its threads or its process, which must not inherit the low
    /// priority of a loading thread.
    ///
    /// - Throws: `PluginError` when a worker's handler refuses its settings or artifact.
    func makeVersion(_ returns: PoolReturns, _ workers: WorkerHost) throws -> LoadedVersion {
        let model = try model ?? .isolated(workers.start(source, name, origin, kind: kind, returns))
        return LoadedVersion(
            origin: origin,
            breakerOrigin: breakerOrigin,
            model: model,
            breaker: try makeBreaker(),
            pool: makePool(for: model, returns),
            shadow: try shadow?.makeShadow(returns, workers)
        )
    }

    /// The breaker forgets nothing at a reload that leaves its settings alone.
    private func makeBreaker() throws -> CircuitBreaker {
        if let previous, previous.breakerOrigin == breakerOrigin { return previous.breaker }
        return try CircuitBreaker(breakerOrigin, name)
    }

    private func makePool(for model: HostedModel, _ returns: PoolReturns) -> HandlerPool? {
        if let previous, previous.model.identity == model.identity { return previous.pool }
        guard !isInline, model.worker == nil else { return nil }
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
        _ source: HandlerSource,
        _ origin: LoadedVersion.Origin
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
