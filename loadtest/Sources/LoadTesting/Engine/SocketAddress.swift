// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where connections go: an address of the target's host, with the port.
struct SocketAddress: Sendable {
    private let bytes: [UInt8]
    let family: Int32

    /// Looks up a host's first address.
    ///
    /// - Throws: `LoadTestError` when the name cannot be resolved.
    init(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0, let first = list?.pointee, let address = first.ai_addr else {
            throw LoadTestError.unknownHost(host, String(cString: gai_strerror(status)))
        }
        family = first.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(first.ai_addrlen)))
    }

    /// Begins to connect a non-blocking socket; what `connect` returns, with errno set.
    func connect(_ socket: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            guard let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else {
                return -1
            }
            return Glibc.connect(socket, address, socklen_t(bytes.count))
        }
    }
}
