// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc

/// A connection that sends the Host field it is told to.
final class RawControlConnection: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }

    /// The status of `/livez` asked by that name.
    ///
    /// Waits on a thread of its own: the server needs those of the test.
    func status(host: String) async -> Int? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                continuation.resume(returning: ask(host))
            }
        }
    }

    private func ask(_ host: String) -> Int? {
        let request = "GET /livez HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
        _ = Array(request.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        var reply = [UInt8](repeating: 0, count: 1_024)
        let count = read(descriptor, &reply, reply.count)
        return Int(
            String(decoding: reply.prefix(max(0, count)), as: UTF8.self).dropFirst(9).prefix(3)
        )
    }
}
