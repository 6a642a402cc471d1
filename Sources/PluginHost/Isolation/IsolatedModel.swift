// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One version of a model whose handler runs in a supervised worker process.
///
/// The plugin is never loaded into this process. Lifetime: the process ends when the last reference
/// falls; every binding and every call in flight holds one.
package final class IsolatedModel: Sendable {
    /// What is to be run.
    package struct Source: Sendable {
        let plugin: PluginFile
        let handler: String
        let kind: HandlerKind
        let model: String
        let version: String
        let settingsJSON: [UInt8]
        let artifactPath: String

        /// A handler of a plugin, with what it is given to load.
        package init(
            plugin: PluginFile,
            handler: String,
            kind: HandlerKind,
            model: String,
            version: String,
            settingsJSON: [UInt8],
            artifactPath: String
        ) {
            self.plugin = plugin
            self.handler = handler
            self.kind = kind
            self.model = model
            self.version = version
            self.settingsJSON = settingsJSON
            self.artifactPath = artifactPath
        }
    }

    /// Where and how its process runs.
    package struct Environment: Sendable {
        let command: WorkerCommand
        let readablePaths: [String]
        let settings: WorkerSettings
        let log: PluginHostServices.Log
        let notice: WorkerNotice

        /// `readablePaths` are the folders the worker may read beside its artifact's: the snapshots'.
        package init(
            command: WorkerCommand,
            readablePaths: [String],
            settings: WorkerSettings,
            log: @escaping PluginHostServices.Log,
            notice: @escaping WorkerNotice
        ) {
            self.command = command
            self.readablePaths = readablePaths
            self.settings = settings
            self.log = log
            self.notice = notice
        }
    }

    /// What goes in and out of the model.
    package let description: ModelDescription

    let supervisor: WorkerSupervisor
    private let bindingCount = Atomic<UInt64>(0)

    /// Starts a worker and has it load the model.
    ///
    /// May take its time, at most that of the settings: control threads only. `completion` is called
    /// once for each submitted call, on the supervisor's thread or the submitting one's; it must
    /// not block.
    ///
    /// - Throws: the worker's refusal, or `workerFailed` when it did not get that far.
    package init(
        _ source: Source,
        in environment: Environment,
        completion: @escaping HandlerPool.Completion
    ) throws(PluginError) {
        let artifact = source.artifactPath.isEmpty ? [] : [source.artifactPath]
        supervisor = try WorkerSupervisor(
            WorkerSupervisor.Load(
                command: environment.command,
                plugin: source.plugin,
                handler: source.handler,
                kind: source.kind,
                model: source.model,
                version: source.version,
                settingsJSON: source.settingsJSON,
                artifactPath: source.artifactPath,
                readablePaths: environment.readablePaths + artifact,
                settings: environment.settings,
                log: environment.log,
                notice: environment.notice
            ),
            completion: completion
        )
        description = try supervisor.start()
    }

    /// A model whose worker the caller looks after.
    init(_ supervisor: WorkerSupervisor, _ description: ModelDescription) {
        self.supervisor = supervisor
        self.description = description
    }

    deinit { supervisor.stop() }

    /// Has the worker open a snapshot and bind the model to it.
    ///
    /// A worker that does not run binds it when it starts again; until then its calls are refused.
    /// Lifetime: `owner` lives as long as the binding. Control threads only.
    ///
    /// - Throws: the worker's refusal.
    package func bind(
        _ snapshot: SnapshotReference,
        keepingAlive owner: any AnyObject & Sendable
    ) throws(PluginError) -> IsolatedBinding {
        let number = bindingCount.wrappingAdd(1, ordering: .relaxed).newValue
        let link = WorkerLink(number: number, snapshot: snapshot)
        try supervisor.bind(link)
        return IsolatedBinding(self, link, owner: owner)
    }

    /// What the worker is doing.
    package var status: WorkerStatus { supervisor.status }

    /// The series its plugin registered, over all of its processes.
    package var metrics: WorkerMetrics { supervisor.metrics }
}
