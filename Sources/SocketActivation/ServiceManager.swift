// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The service manager that started this process, if one listens.
///
/// Source: `sd_notify(3)`. Every message is a datagram to the socket that `NOTIFY_SOCKET` names;
/// what cannot be sent is dropped, as the manager has time-outs of its own.
package struct ServiceManager: Sendable {
    private let path: String?

    /// The manager of that environment; without `NOTIFY_SOCKET` nothing is sent.
    package init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Says that the service serves.
    package func ready() { notify("READY=1") }

    /// Says that the config is read again; `ready` follows.
    package func reloading() { notify("RELOADING=1\nMONOTONIC_USEC=\(Self.microseconds())") }

    /// Says that the service stops.
    package func stopping() { notify("STOPPING=1") }

    /// Says that another process is the service from now on.
    package func mainProcess(_ identifier: pid_t) { notify("MAINPID=\(identifier)") }

    private func notify(_ message: String) {
        guard let path, var address = Self.address(path) else { return }
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var message = message
        message.withUTF8 { bytes in
            _ = withUnsafePointer(to: &address.value) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor,
                        bytes.baseAddress,
                        bytes.count,
                        Int32(MSG_NOSIGNAL | MSG_DONTWAIT),
                        $0,
                        address.size
                    )
                }
            }
        }
    }

    /// A path, or a name in the abstract namespace that begins with `@`.
    private static func address(_ path: String) -> (value: sockaddr_un, size: socklen_t)? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "@"),
            bytes.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = MemoryLayout<sa_family_t>.size + bytes.count
        return (address, socklen_t(size))
    }

    private static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
