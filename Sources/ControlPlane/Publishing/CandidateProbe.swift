// SPDX-License-Identifier: Apache-2.0
import Digests
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import Logging
import PluginHost

/// Tries a config in a process of its own before this one loads it: a plugin that crashes or hangs
/// there costs a reload, and nothing else.
package struct CandidateProbe: Sendable {
    private let executable: String
    private let command: String

    /// A probe by an executable whose subcommand `command` calls `runChild`.
    package init(executable: String, command: String) {
        self.executable = executable
        self.command = command
    }

    /// Loads the config's plugins and models in a child, and binds them to a snapshot.
    ///
    /// Loading thread only; the child inherits its priority.
    ///
    /// - Throws: `GatewayFault` naming the step at which the child failed or ended.
    func run(_ config: GatewayConfig, at path: String, snapshot: String?) throws {
        let timeout = config.publishing.probeTimeoutNanoseconds
        let results = PluginCheck.runProcess(
            PluginCheck.ChildCommand(
                executable: executable,
                arguments: [
                    command, "--config", path, "--fingerprint", config.configFingerprint,
                ] + (snapshot.map { ["--snapshot", $0] } ?? [])
            ),
            timeLimitSeconds: Int((timeout + 999_999_999) / 1_000_000_000)
        )
        guard let failure = results.first(where: { $0.outcome == .fail }) else { return }
        throw GatewayFault(
            failure.name,
            "fails in a process of its own: \(failure.text)"
        )
    }

    // MARK: The child

    /// The child's half: goes through the steps of a start, without listening.
    package static func runChild(
        configPath: String,
        fingerprint: String,
        snapshotID: String?,
        environment: [String: String],
        logger: Logger
    ) {
        let report = ProbeReport()
        defer { report.finish() }
        let result = GatewayConfig.load(path: configPath, environment: environment)
        guard let config = result.config, config.configFingerprint == fingerprint else {
            return report.fail("config", "the file changed meanwhile: reload again")
        }
        do {
            try Child(config: config, report: report, logger: logger).run(snapshotID)
        } catch {
            report.fail("\(error)")
        }
    }

    private struct Child {
        let config: GatewayConfig
        let report: ProbeReport
        let logger: Logger
        private let assembler: StateAssembler

        init(config: GatewayConfig, report: ProbeReport, logger: Logger) {
            self.config = config
            self.report = report
            self.logger = logger
            assembler = StateAssembler(
                storage: MetricStorage(shardCount: 1),
                returns: PoolReturns(),
                workers: WorkerHost(logger: logger)
            )
        }

        func run(_ snapshotID: String?) throws {
            report.begin("plugins")
            let shelf = try PluginShelf(
                config,
                services: SnapshotServices.hostServices(log: SnapshotServices.log(logger))
            )
            var drafts: [VersionDraft] = []
            for name in config.versionNames {
                report.begin(name.text)
                drafts.append(try assembler.draft(name, of: config, shelf))
            }
            guard let id = snapshotID.flatMap(SnapshotID.init) else { return }
            try bind(try assembler.finish(drafts), to: id)
        }

        private func bind(_ versions: [VersionName: LoadedVersion], to id: SnapshotID) throws {
            report.begin("snapshot \(id)")
            let snapshot = try SnapshotStore(directory: config.snapshots.directory)
                .open(id, bytesPerSecond: config.snapshots.loadBytesPerSecond)
            report.begin("binding to \(id)")
            let bound = try BoundVersions(versions, to: snapshot, reusing: BoundVersions())
            let state = try assembler.assemble(
                config,
                versions,
                bound,
                snapshot: snapshot,
                replacing: nil
            )
            report.begin("golden requests")
            let warmUp = WarmUp(
                requests: [],
                settings: config.publishing,
                calls: assembler.returns.rehearsals
            )
            let candidates = bound.new.map {
                WarmUp.Candidate(
                    name: $0,
                    artifact: versions[$0]?.origin.config.artifact,
                    isServing: false
                )
            }
            try warmUp.run(candidates, of: state, serving: nil)
        }
    }
}
