// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation

/// What passes over the control connection between a host and a worker, one datagram each.
///
/// Both sides bound a message's size before they read it and decode their own copy. A host believes
/// nothing in one: it checks values before it uses them, and knows what may come when.
enum WorkerMessage: Codable, Sendable {
    // From the worker.
    case hello(WorkerHello)
    case ready(WorkerReady)
    case refused(WorkerRefusal)
    case bound(number: UInt64)
    case bindFailed(number: UInt64, WorkerRefusal)
    case log(level: UInt32, text: String)
    case metrics([WorkerSeries])
    // From the host.
    case welcome(WorkerWelcome)
    case bind(number: UInt64, snapshot: SnapshotReference)
    case unbind(number: UInt64)
    case stop
}

/// The worker's first word.
struct WorkerHello: Codable, Equatable, Sendable {
    /// Tells a worker from anything else that might answer.
    static let magic = "sluice-worker"
    /// The protocol this build speaks.
    static let protocolVersion = 1

    let magic: String
    /// The lowest and highest protocol it speaks.
    let protocols: ClosedRange<Int>
    let abi: ABIVersion
    /// What the host gave it at the start: it is the process that was started.
    let nonce: String
}

/// The host's answer: what to load and where to meet.
///
/// The plugin, the rings and two events come as descriptors, in this order.
struct WorkerWelcome: Codable, Sendable {
    let protocolVersion: Int
    /// SHA-256 of the plugin that comes with it.
    let digest: String
    let handler: String
    let kind: HandlerKind
    let model: String
    let version: String
    let settingsJSON: [UInt8]
    let artifactPath: String
    let readablePaths: [String]
    let memoryBytes: UInt64
    let layout: RingLayout
    /// Where both rings go on.
    let requestPosition: UInt64
    let replyPosition: UInt64
}

/// The model is loaded and described.
struct WorkerReady: Codable, Sendable {
    let digest: String
    let description: ModelDescription
    let sandbox: SandboxReport
}

/// Why a worker cannot do what it was asked.
struct WorkerRefusal: Codable, Sendable {
    let code: PluginError.Code
    let message: String

    init(_ error: PluginError) {
        code = error.code
        message = String(error.message.prefix(Limits.workerTextBytes))
    }
}

/// One metric series of the plugin, as it stands.
struct WorkerSeries: Codable, Sendable {
    let name: String
    /// A counter has one value; a histogram its buckets and then the sum.
    let isHistogram: Bool
    let values: [UInt64]
}

/// Names a snapshot for a worker, which opens it by itself.
///
/// The plugin host does not know what snapshots are: whoever made the text reads it.
package struct SnapshotReference: Hashable, Sendable, Codable {
    /// What the opener of the worker understands.
    package let text: String

    /// A reference with that text, at most 4 KiB.
    package init(_ text: String) { self.text = text }
}

extension WorkerMessage {
    /// The message as it crosses; nil when it is too long.
    var encoded: Data? {
        guard let data = try? JSONEncoder().encode(self),
            data.count <= Limits.workerMessageBytes
        else { return nil }
        return data
    }

    /// Reads a message; nil for anything that is none.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> WorkerMessage? {
        guard bytes.count <= Limits.workerMessageBytes else { return nil }
        return try? JSONDecoder().decode(WorkerMessage.self, from: Data(bytes))
    }
}
