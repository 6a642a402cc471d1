// SPDX-License-Identifier: Apache-2.0
import CLinux
import Foundation

/// One end of the control connection between a host and a worker.
///
/// Concurrency: any thread may send; one thread receives.
final class WorkerConnection: Sendable {
    enum Received {
        case message(WorkerMessage, descriptors: [Int32])
        /// Nothing is there now.
        case nothing
        /// The other side has closed its end.
        case end
        /// What came is no message.
        case garbage
    }

    /// The plugin, the rings and two events.
    static let descriptorCountMax = 4

    let descriptor: Int32

    /// An end that owns its descriptor.
    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Sends a message; false when it cannot be sent now.
    ///
    /// Never blocks.
    @discardableResult
    func send(_ message: WorkerMessage, descriptors: [Int32] = []) -> Bool {
        guard let data = message.encoded else { return false }
        return data.withUnsafeBytes {
            linux_socket_send(
                descriptor,
                $0.baseAddress,
                $0.count,
                descriptors,
                descriptors.count
            ) == $0.count
        }
    }

    /// The next message; descriptors belong to the caller.
    func receive(wait: Bool) -> Received {
        var descriptors = [Int32](repeating: -1, count: Self.descriptorCountMax)
        var descriptorCount = descriptors.count
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Limits.workerMessageBytes,
            alignment: 8
        )
        defer { buffer.deallocate() }
        let size = linux_socket_receive(
            descriptor,
            buffer.baseAddress,
            buffer.count,
            &descriptors,
            &descriptorCount,
            wait ? 1 : 0
        )
        guard size > 0 else {
            if size == 0 || errno == ECONNRESET { return .end }
            return errno == EAGAIN ? .nothing : .garbage
        }
        let taken = Array(descriptors.prefix(descriptorCount))
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<size])
        guard let message = WorkerMessage.decode(bytes) else {
            taken.forEach { close($0) }
            return .garbage
        }
        return .message(message, descriptors: taken)
    }
}
