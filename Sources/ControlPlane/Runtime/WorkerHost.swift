// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import Logging
import PluginHost

/// Starts worker processes for isolated handlers: this executable again, as `sluice worker`.
package struct WorkerHost: Sendable {
    /// The name of the hidden subcommand.
    package static let subcommand = "worker"

    let logger: Logger

    func start(
        _ source: HandlerSource,
        _ name: VersionName,
        _ origin: LoadedVersion.Origin,
        kind: HandlerKind,
        _ returns: PoolReturns
    ) throws -> IsolatedModel {
        try IsolatedModel(
            IsolatedModel.Source(
                plugin: source.plugin,
                handler: origin.config.handler,
                kind: kind,
                model: name.model,
                version: name.version,
                settingsJSON: origin.config.settingsJSON,
                artifactPath: origin.config.artifact ?? ""
            ),
            in: IsolatedModel.Environment(
                command: WorkerCommand(
                    executable: "/proc/self/exe",
                    arguments: [Self.subcommand]
                ),
                readablePaths: origin.workerPaths,
                settings: WorkerSettings(origin.config.worker),
                log: SnapshotServices.log(logger),
                notice: notice(name)
            ),
            completion: { returns.deliver($0, $1) }
        )
    }

    private func notice(_ name: VersionName) -> WorkerNotice {
        { [logger] news in
            var metadata: Logger.Metadata = [
                "model": "\(name.model)", "version": "\(name.version)",
            ]
            switch news {
            case .ready(let process, let missing):
                metadata["process"] = "\(process)"
                logger.info("worker is ready", metadata: metadata)
                if !missing.isEmpty {
                    metadata["missing"] = "\(missing.joined(separator: "; "))"
                    logger.warning(
                        "worker runs without a part of its sandbox",
                        metadata: metadata
                    )
                }
            case .ended(let reason, let text, let isQuarantined):
                metadata["reason"] = "\(reason.rawValue)"
                metadata["error"] = "\(text)"
                logger.error("worker ended", metadata: metadata)
                if isQuarantined {
                    logger.error("worker is quarantined: it ended too often", metadata: metadata)
                }
            }
        }
    }
}

extension WorkerSettings {
    fileprivate init(_ config: WorkerConfig) {
        self.init(
            memoryBytes: UInt64(config.memoryBytes),
            callsInFlight: config.callsInFlight,
            hangGraceNanoseconds: config.hangGraceNanoseconds,
            startNanosecondsMax: config.startNanosecondsMax,
            restartNanosecondsMin: config.restartNanosecondsMin,
            restartNanosecondsMax: config.restartNanosecondsMax,
            crashLoopCount: config.crashLoopCount,
            crashLoopNanoseconds: config.crashLoopSpanNanoseconds,
            quarantineNanoseconds: config.quarantineNanoseconds
        )
    }
}

extension LoadedVersion {
    /// Where its calls run, as status and metrics say it.
    var execution: String {
        if model.worker != nil { return "isolated" }
        return pool == nil ? "inline" : "pooled"
    }
}
