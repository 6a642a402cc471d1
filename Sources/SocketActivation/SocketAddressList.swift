// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The addresses of this machine that a host name and a port stand for.
final class SocketAddressList: Sequence {
    private let first: UnsafeMutablePointer<addrinfo>?

    init(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &first) == 0 else {
            throw SystemError("resolve \(host)", code: EADDRNOTAVAIL)
        }
        self.first = first
    }

    deinit { freeaddrinfo(first) }

    func makeIterator() -> UnfoldSequence<UnsafeMutablePointer<addrinfo>, Bool> {
        var next = first
        return sequence(state: true) { _ in
            defer { next = next?.pointee.ai_next }
            return next
        }
    }
}
