// SPDX-License-Identifier: Apache-2.0
import Digests
import Glibc

/// What a worker says over its control connection, judged by the stage it is in.
extension WorkerRun {
    /// Most messages taken in one turn, so that a worker that talks all the time delays no reply.
    private static let messagesPerTurnMax = 16

    func listen() {
        for _ in 0..<Self.messagesPerTurnMax {
            guard let connection = process?.connection, killReason == nil else { return }
            switch connection.receive(wait: false) {
            case .nothing: return
            // The process is about to be seen to end; one that lives on has hung up on us.
            case .end: return hungUp()
            case .garbage: return kill(.protocol)
            case .message(let message, let descriptors):
                descriptors.forEach { close($0) }
                hear(message)
            }
        }
    }

    private func hungUp() {
        guard let watch = process?.watch else { return }
        var poller = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
        if poll(&poller, 1, Self.partingMilliseconds) == 0 { kill(.protocol) }
    }

    /// How long a process may live without its connection: the time the kernel takes to end one.
    private static let partingMilliseconds: Int32 = 200

    private func hear(_ message: WorkerMessage) {
        switch (stage, message) {
        case (.greeting, .hello(let hello)): greet(hello)
        case (.loading, .ready(let ready)):
            guard ready.digest == supervisor.load.plugin.sealed.digest.hex else {
                return kill(.protocol)
            }
            loaded(ready)
        case (.greeting, .refused(let refused)), (.loading, .refused(let refused)):
            refusal = PluginError(refused.code, subject, refused.message.printable)
            kill(.refused)
        case (.serving, .bound(let number)): bound(number, nil)
        case (.serving, .bindFailed(let number, let refused)): bound(number, refused)
        case (_, .log(let level, let text)): log(level, text)
        case (_, .metrics(let series)):
            if !supervisor.metrics.update(series) { kill(.protocol) }
        default: kill(.protocol)
        }
    }

    private func greet(_ hello: WorkerHello) {
        let version = WorkerHello.protocolVersion
        guard hello.magic == WorkerHello.magic, hello.nonce == process?.nonce,
            hello.protocols.contains(version), hello.abi == PluginNote.hostABI
        else { return kill(.protocol) }
        let load = supervisor.load
        let welcome = WorkerWelcome(
            protocolVersion: version,
            digest: load.plugin.sealed.digest.hex,
            handler: load.handler,
            kind: load.kind,
            model: load.model,
            version: load.version,
            settingsJSON: load.settingsJSON,
            artifactPath: load.artifactPath,
            readablePaths: load.readablePaths,
            memoryBytes: load.settings.memoryBytes,
            layout: supervisor.memory.layout,
            requestPosition: supervisor.calls.requests.position,
            replyPosition: supervisor.replies.position
        )
        stage = .loading
        let isSent = process?.connection.send(
            .welcome(welcome),
            descriptors: [
                load.plugin.sealed.descriptor, supervisor.memory.descriptor,
                supervisor.events.requests, supervisor.events.replies,
            ]
        )
        if isSent != true {
            refusal = PluginError(
                .workerFailed,
                subject,
                "its settings do not fit a message of \(Limits.workerMessageBytes) bytes"
            )
            kill(.refused)
        }
    }

    private func log(_ level: UInt32, _ text: String) {
        guard logLimit.allows(at: MonotonicClock.nanoseconds) else { return }
        var line = text
        line.withUTF8 {
            let bytes = UnsafeRawBufferPointer($0.prefixBytes(Limits.logLineBytesMax))
            supervisor.load.log(
                LogLevel(rawValue: level) ?? .info,
                supervisor.load.plugin.inspection.note.name,
                bytes
            )
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func prefixBytes(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: prefix(count))
    }
}
