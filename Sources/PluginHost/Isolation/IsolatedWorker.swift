// SPDX-License-Identifier: Apache-2.0
import CLinux
import CSluice
import Digests
import Glibc

/// What a worker process needs of the program it is part of.
package struct WorkerServices: Sendable {
    /// Opens a snapshot by its reference: the view for plugins, and what keeps it alive.
    package typealias OpenSnapshot =
        @Sendable (SnapshotReference) throws -> (
            view: UnsafePointer<sluice_snapshot>, owner: any AnyObject & Sendable
        )

    let host: @Sendable (_ log: @escaping PluginHostServices.Log) -> PluginHostServices
    let readers: ReaderProvider
    let openSnapshot: OpenSnapshot

    /// The services plugins get, the readers of a snapshot, and how to open one.
    package init(
        host: @escaping @Sendable (_ log: @escaping PluginHostServices.Log) -> PluginHostServices,
        readers: ReaderProvider,
        openSnapshot: @escaping OpenSnapshot
    ) {
        self.host = host
        self.readers = readers
        self.openSnapshot = openSnapshot
    }
}

/// A worker process: one model of one plugin, inside of a sandbox.
///
/// The thread that runs it listens to the host; another one, the executor, answers calls.
package final class IsolatedWorker {
    private let services: WorkerServices
    private let connection: WorkerConnection
    private var plugin: Plugin?
    private var model: LoadedModel?
    private var executor: WorkerExecutor?
    private var toldSeries: [PluginMetrics.Series] = []

    private init(_ services: WorkerServices) {
        self.services = services
        connection = WorkerConnection(descriptor: WorkerCommand.connectionDescriptor)
    }

    /// Serves the host behind descriptor 3 until it says stop or is gone; then the process ends.
    package static func run(nonce: String, services: WorkerServices) -> Never {
        _ = linux_process_die_with_parent()
        let worker = IsolatedWorker(services)
        do throws(PluginError) {
            try worker.begin(nonce: nonce)
        } catch {
            worker.connection.send(.refused(WorkerRefusal(error)))
            exit(EXIT_FAILURE)
        }
        worker.listen()
        exit(EXIT_SUCCESS)
    }

    // MARK: Beginning

    private func begin(nonce: String) throws(PluginError) {
        let version = WorkerHello.protocolVersion
        connection.send(
            .hello(
                WorkerHello(
                    magic: WorkerHello.magic,
                    protocols: version...version,
                    abi: PluginNote.hostABI,
                    nonce: nonce
                )
            )
        )
        guard
            case .message(.welcome(let welcome), let descriptors) = connection.receive(wait: true),
            welcome.protocolVersion == version,
            descriptors.count == WorkerConnection.descriptorCountMax
        else { throw PluginError(.workerFailed, "worker", "the host's welcome is no welcome") }
        let sandbox = Sandbox.enter(
            memoryBytes: welcome.memoryBytes + welcome.memoryBytes / 4 + Self.memorySlackBytes,
            readablePaths: welcome.readablePaths
        )
        try load(welcome, SealedFile(adopting: descriptors[0], path: welcome.model))
        try startExecutor(welcome, descriptors)
        let ready = WorkerReady(
            digest: welcome.digest,
            description: model?.description ?? .empty,
            sandbox: sandbox
        )
        tellMetrics()
        connection.send(.ready(ready))
    }

    /// Address space the process may reserve beyond its limit: stacks and call slots, rarely touched.
    ///
    /// The host looks at what is resident and kills at the limit itself; this bound is for what grows
    /// faster than anybody looks.
    private static let memorySlackBytes: UInt64 = 96 << 20

    private func load(_ welcome: WorkerWelcome, _ file: SealedFile) throws(PluginError) {
        let handler = try handler(welcome, file)
        guard handler.kind == welcome.kind else {
            throw PluginError(
                .invalidHandler,
                "\(handler.plugin)/\(handler.name)",
                "answers \(handler.kind.name), the model needs \(welcome.kind.name)"
            )
        }
        model = try LoadedModel(
            handler: handler,
            model: welcome.model,
            version: welcome.version,
            settingsJSON: welcome.settingsJSON,
            artifactPath: welcome.artifactPath
        )
    }

    private func handler(
        _ welcome: WorkerWelcome,
        _ file: SealedFile
    ) throws(PluginError) -> HandlerRegistration {
        do {
            let checked = try PluginFile(file, expecting: SHA256Digest(hex: welcome.digest))
            let plugin = try Plugin.load(checked, host: services.host(log))
            self.plugin = plugin
            if let handler = plugin.handler(named: welcome.handler) { return handler }
            throw PluginError(
                .invalidHandler,
                plugin.name,
                "has no handler \(welcome.handler); it offers "
                    + plugin.handlers.map(\.name).joined(separator: ", ")
            )
        } catch let error as PluginError {
            throw error
        } catch {
            throw PluginError(.workerFailed, welcome.model, "\(error)")
        }
    }

    private var log: PluginHostServices.Log {
        { [connection] level, _, text in
            let line = String(decoding: text.prefix(Limits.logLineBytesMax), as: UTF8.self)
            connection.send(.log(level: level.rawValue, text: line))
        }
    }

    private func startExecutor(
        _ welcome: WorkerWelcome,
        _ descriptors: [Int32]
    ) throws(PluginError) {
        guard let memory = RingMemory(welcome.layout, descriptor: descriptors[1]) else {
            throw PluginError(.workerFailed, "worker", "the host's memory is too small")
        }
        let executor = WorkerExecutor(
            memory,
            readers: services.readers,
            requests: (descriptors[2], welcome.requestPosition),
            replies: (descriptors[3], welcome.replyPosition)
        )
        ControlThread.start(name: "execute") { executor.run() }
        self.executor = executor
    }

    // MARK: Serving

    private func listen() {
        while true {
            var poller = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&poller, 1, Int32(Limits.workerSampleNanoseconds / 1_000_000))
            tellMetrics()
            switch connection.receive(wait: false) {
            case .nothing: continue
            case .message(.bind(let number, let snapshot), _): bind(number, snapshot)
            case .message(.unbind(let number), _): executor?.unbind(number)
            case .message(.stop, _): return release()
            // The host is gone, or not what it was: nobody waits for anything any more.
            case .message, .garbage, .end: _exit(EXIT_FAILURE)
            }
        }
    }

    private func bind(_ number: UInt64, _ snapshot: SnapshotReference) {
        do {
            executor?.bind(try binding(snapshot), number)
            connection.send(.bound(number: number))
        } catch {
            let error =
                error as? PluginError ?? PluginError(.bindFailed, snapshot.text, "\(error)")
            connection.send(.bindFailed(number: number, WorkerRefusal(error)))
        }
    }

    private func binding(_ reference: SnapshotReference) throws -> ModelBinding {
        guard let model else { throw PluginError(.illegalOrder, "worker", "no model is loaded") }
        let snapshot = try services.openSnapshot(reference)
        let reader = services.readers.make(snapshot.owner)
        defer { reader.map(services.readers.release) }
        return try model.bind(snapshot.view, keepingAlive: snapshot.owner, reader: reader)
    }

    private func tellMetrics() {
        guard let series = plugin?.metrics.readBare(), series != toldSeries else { return }
        let told = series.map { WorkerSeries(name: $0.name, $0.reading) }
        if connection.send(.metrics(told)) { toldSeries = series }
    }

    /// Gives everything back in order; the host kills what takes too long.
    private func release() {
        tellMetrics()
        executor?.stop()
        RetirementQueue.drain()
        model = nil
    }
}
