// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import Logging

extension GatewayController {
    /// Reads the config file again; a file with mistakes changes nothing.
    package func reload(environment: [String: String]) async {
        var publication = Publication(of: .config, board.publishing)
        let result = GatewayConfig.load(path: configPath, environment: environment)
        guard let next = result.config else {
            return refuseReload(GatewayFault(configPath, result.diagnosticText), publication)
        }
        do {
            try await apply(next, &publication)
        } catch {
            refuseReload(error, publication)
        }
    }

    /// Brings a config into force.
    func apply(_ config: GatewayConfig, _ publication: inout Publication) async throws {
        let comparison = ReloadComparison(from: loaded.config, to: config)
        try await probeIfNew(config, &publication)
        let next = try await load(config, &publication)
        if let snapshot = served?.state.snapshot {
            try await serve(try await prove(next, on: snapshot, &publication), &publication)
        }
        loaded = next
        applied(Self.message(comparison), &publication)
    }

    /// Whatever would be loaded is loaded by another process first.
    private func probeIfNew(
        _ config: GatewayConfig,
        _ publication: inout Publication
    ) async throws {
        guard let probe, config.loadsMore(than: loaded.config) else { return }
        let (path, snapshot) = (configPath, served?.state.snapshot.id)
        try await publication.run(.probe) {
            try await LoadingThread.run { try probe.run(config, at: path, snapshot: snapshot) }
        }
    }

    private func load(
        _ config: GatewayConfig,
        _ publication: inout Publication
    ) async throws -> LoadedConfig {
        let (old, demoted, assembler, services) = (loaded, demoted, assembler, services)
        return try await publication.run(.load) {
            let (shelf, drafts) = try await LoadingThread.run {
                let shelf = try PluginShelf(
                    config,
                    services: services,
                    replacing: old.shelf,
                    retiredImagesMax: config.publishing.retiredImages
                )
                let drafts = try assembler.load(
                    config,
                    shelf,
                    demoted: demoted,
                    replacing: old.versions
                )
                return (shelf, drafts)
            }
            return LoadedConfig(
                config: config,
                shelf: shelf,
                versions: try assembler.finish(drafts)
            )
        }
    }

    private func applied(_ message: String, _ publication: inout Publication) {
        publication.end(.adopted, message)
        board.publishing.keepVersions(loaded.config.versionNames)
        board.write { [loaded] in
            $0.loaded = loaded
            $0.reload = .init(successful: true, at: .now(), message: message)
        }
        var metadata = publication.metadata
        metadata["changes"] = "\(message)"
        logger.info("config reloaded", metadata: metadata)
    }

    private func refuseReload(_ error: any Error, _ publication: Publication) {
        if error is CancellationError { return }
        refuse(error, publication)
        let message = (error as? GatewayFault)?.message(omitting: configPath) ?? "\(error)"
        board.write { $0.reload = .init(successful: false, at: .now(), message: message) }
        var metadata = publication.metadata
        metadata["error"] = "\(message)"
        if let step = publication.step { metadata["step"] = "\(step.rawValue)" }
        logger.error("config refused, the old one stays in force", metadata: metadata)
    }

    private static func message(_ comparison: ReloadComparison) -> String {
        let applied = comparison.applied.joined(separator: ", ")
        let waiting = comparison.needsRestart.joined(separator: ", ")
        return "applied: \(applied.isEmpty ? "nothing" : applied)"
            + (waiting.isEmpty ? "" : "; after a restart: \(waiting)")
    }
}

extension GatewayConfig {
    /// Whether code or models run for it that did not run for `old`.
    fileprivate func loadsMore(than old: GatewayConfig) -> Bool {
        plugins != old.plugins
            || models.contains { name, model in
                model.kind != old.models[name]?.kind
                    || model.versions.contains {
                        old.models[name]?.versions[$0]?.loaded != $1.loaded
                    }
            }
    }
}
