// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A non-blocking connection to the target, with TLS on it when the target asks for that.
///
/// Concurrency: confined to its loop's thread.
final class ClientSocket {
    /// What came of a step.
    enum Progress: Equatable {
        /// So many bytes were moved; a handshake moves none.
        case done(Int)
        /// It goes on when the socket is ready for this.
        case later(Poller.Readiness)
        /// The server has ended the connection.
        case ended
        /// The connection cannot be made.
        case failed(FailureCause)
    }

    let descriptor: Int32
    private let session: TLSSession?

    /// Begins to connect.
    ///
    /// - Throws: the cause when it is known at once.
    init(to address: SocketAddress, _ tls: TLSSettings?) throws(ConnectError) {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, flags | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ConnectError(errno) }
        var isOn: Int32 = 1
        setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &isOn,
            socklen_t(MemoryLayout<Int32>.size)
        )
        if address.connect(descriptor) != 0, errno != EINPROGRESS {
            let error = ConnectError(errno)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        session = tls.flatMap { $0.session(over: descriptor) }
        // From here on `deinit` closes the socket.
        if tls != nil, session == nil { throw ConnectError(.tlsHandshake) }
    }

    deinit { close(descriptor) }

    /// Goes on connecting; done when requests can be sent.
    func connect() -> Progress {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else { return .failed(ConnectError(error).cause) }
        return session?.handshake() ?? .done(0)
    }

    /// Reads what is there, up to the buffer's size.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Progress {
        if let session { return session.read(into: buffer) }
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        return count > 0 ? .done(count) : Self.interrupted(count, waitsFor: .read)
    }

    /// Writes as much as fits.
    func write(_ bytes: UnsafeRawBufferPointer) -> Progress {
        if let session { return session.write(bytes) }
        let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        return count >= 0 ? .done(count) : Self.interrupted(count, waitsFor: .write)
    }

    /// Whether bytes were received that no readiness will tell of.
    var hasPendingBytes: Bool { session?.hasPendingBytes ?? false }

    private static func interrupted(_ count: Int, waitsFor readiness: Poller.Readiness) -> Progress
    {
        let isLater = count < 0 && [EAGAIN, EINTR].contains(errno)
        return isLater ? .later(readiness) : .ended
    }
}

/// Why a connection cannot be made.
struct ConnectError: Error {
    let cause: FailureCause

    init(_ cause: FailureCause) { self.cause = cause }

    /// The cause behind an error number.
    init(_ number: Int32) {
        cause =
            switch number {
            case ECONNREFUSED, ECONNRESET: .refused
            case EMFILE, ENFILE, EADDRNOTAVAIL, EAGAIN, ENOBUFS, ENOMEM: .outOfDescriptors
            default: .unreachable
            }
    }
}
