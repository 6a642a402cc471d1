// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A listening TCP socket that outlives whoever accepts from it.
///
/// Event loops accept from duplicates and close those; the socket itself, with every connection that
/// waits in its queue, can still be passed to another process. Lifetime: closed with the object.
package final class ListeningSocket: Sendable {
    /// Connections the kernel may hold before they are accepted: a burst of one round trip.
    static let backlog: Int32 = 1024

    /// The descriptor; closed on exec.
    package let descriptor: Int32
    /// The port it listens on.
    package let port: Int

    /// Takes over a descriptor that was passed to this process.
    ///
    /// - Throws: `SystemError` unless it is a listening stream socket of IPv4 or IPv6.
    package init(adopting descriptor: Int32) throws {
        try Self.validate(descriptor)
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw SystemError("close descriptor \(descriptor) on exec")
        }
        port = try Self.port(of: descriptor)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Listens on a new socket.
    ///
    /// - Parameters:
    ///   - host: An address or name of this machine; of several addresses the first that works.
    ///   - port: The port; 0 lets the system choose.
    ///   - isShared: Whether other sockets of this user may listen there too (`SO_REUSEPORT`).
    /// - Returns: the socket, listening.
    /// - Throws: `SystemError` when the address cannot be bound.
    package static func open(
        host: String,
        port: Int,
        isShared: Bool = false
    ) throws -> ListeningSocket {
        var fault = SystemError("resolve \(host)", code: EADDRNOTAVAIL)
        for address in try LocalAddress.resolve(host: host, port: port) {
            do {
                return try listening(address, at: "\(host):\(port)", isShared)
            } catch let error as SystemError {
                fault = error
            }
        }
        throw fault
    }

    /// Another descriptor of the same socket, to accept from and to close.
    package func duplicate() throws -> Int32 {
        try duplicate(from: 0)
    }

    /// Another descriptor, with the lowest free number from `first`.
    func duplicate(from first: Int32) throws -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, first)
        guard copy >= 0 else { throw SystemError("duplicate the socket of port \(port)") }
        return copy
    }

    /// Sets the length of the queue again, which each accepting channel sets to a length of its own.
    package func restoreBacklog() throws {
        guard listen(descriptor, Self.backlog) == 0 else {
            throw SystemError("listen on port \(port)")
        }
    }

    // MARK: Opening

    private static func listening(
        _ address: LocalAddress,
        at name: String,
        _ isShared: Bool
    ) throws -> ListeningSocket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw SystemError("open a socket for \(name)") }
        do {
            try set(SO_REUSEADDR, on: descriptor)
            if isShared { try set(SO_REUSEPORT, on: descriptor) }
            guard address.bind(descriptor) else {
                throw SystemError("bind to \(name)")
            }
            guard listen(descriptor, backlog) == 0 else { throw SystemError("listen on \(name)") }
            return try ListeningSocket(adopting: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func set(_ option: Int32, on descriptor: Int32) throws {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        guard setsockopt(descriptor, SOL_SOCKET, option, &on, size) == 0 else {
            throw SystemError("set socket option \(option)")
        }
    }

    // MARK: Checking

    private static func validate(_ descriptor: Int32) throws {
        guard try option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
            [AF_INET, AF_INET6].contains(try option(SO_DOMAIN, of: descriptor)),
            try option(SO_ACCEPTCONN, of: descriptor) == 1
        else {
            throw SystemError(
                "descriptor \(descriptor) is not a listening TCP socket",
                code: EPROTOTYPE
            )
        }
    }

    private static func option(_ option: Int32, of descriptor: Int32) throws -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 else {
            throw SystemError("look at descriptor \(descriptor)")
        }
        return value
    }

    private static func port(of descriptor: Int32) throws -> Int {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let found = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        guard found == 0 else { throw SystemError("name the address of \(descriptor)") }
        // The port of both families lies at the same place.
        return withUnsafeBytes(of: &storage) { bytes in
            let offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_port) ?? 0
            return Int(
                UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            )
        }
    }
}
