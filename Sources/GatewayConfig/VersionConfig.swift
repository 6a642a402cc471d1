// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// One version of a model: a plugin's handler and what it is given.
package struct VersionConfig: Hashable, Sendable, Encodable {
    /// Where a handler runs.
    package enum Execution: String, CaseIterable, Sendable, Encodable {
        case inline, pooled, isolated
    }

    /// The plugin's name, as its note says it.
    package let plugin: String
    /// The handler's name.
    package let handler: String
    /// Where it runs; nil for the handler's own wish.
    package private(set) var execution: Execution?
    /// The threads of a pooled handler.
    package private(set) var pool: PoolConfig
    /// The worker process of an isolated handler.
    package let worker: WorkerConfig
    /// The folder of the model's own files, absolute; nil when it has none.
    package let artifact: String?
    /// The handler's settings as canonical JSON.
    package let settingsJSON: [UInt8]
    /// False is the kill switch: whoever is assigned the version gets the stable one.
    package private(set) var isEnabled: Bool

    init?(_ object: ObjectDecoder) {
        let plugin = object.required("plugin", .identifier)
        let handler = object.required("handler", .identifier)
        execution = object.optional("execution", .choice(Execution.self))
        pool = object.optional("pool", .object(PoolConfig.init), default: PoolConfig())
        worker = object.optional("worker", .object(WorkerConfig.init), default: WorkerConfig())
        artifact = object.optional("artifact", .path)
        let settings = object.optional("settings", .jsonObject, default: .object([:]))
        settingsJSON = settings.canonicalBytes
        isEnabled = object.optional("enabled", .boolean, default: true)
        guard let plugin, let handler else { return nil }
        self.plugin = plugin
        self.handler = handler
        checkUse(of: "pool", by: .pooled, object)
        checkUse(of: "worker", by: .isolated, object)
    }

    /// The same version off the event loops, with a pool of that size if it runs on one.
    ///
    /// A handler that runs anywhere but inline keeps its place.
    package func offLoop(mayRunInline: Bool, threads: Int, queue: Int) -> VersionConfig {
        var version = self
        if execution == .inline || (execution == nil && mayRunInline) {
            version.execution = .pooled
        }
        version.pool.threads = threads
        version.pool.queue = queue
        return version
    }

    /// What the model is loaded and bound for: the switch changes neither.
    package var loaded: VersionConfig {
        var version = self
        version.isEnabled = true
        return version
    }

    /// Settings of a place where the handler does not run.
    private func checkUse(of key: String, by user: Execution, _ object: ObjectDecoder) {
        guard let execution, execution != user, object.has(key) else { return }
        let note = Diagnostic.Note("\(execution) here", at: object.span(of: "execution"))
        let message = "`\(key)` has no use: the handler runs \(execution)"
        object.report(.unused, message, at: object.keySpan(of: key), notes: [note])
    }
}

/// A pooled handler's threads.
package struct PoolConfig: Hashable, Sendable, Encodable {
    /// Threads of its own.
    package var threads = 2
    /// Calls that may wait for one.
    package var queue = 64

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("threads", .integer(in: ConfigLimits.poolThreads), into: &threads)
        object.read("queue", .integer(in: ConfigLimits.poolQueue), into: &queue)
    }
}
