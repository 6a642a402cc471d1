// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An address to listen on, as the system's calls take it.
struct LocalAddress {
    let family: Int32
    private let bytes: [UInt8]

    /// The addresses that a host name and a port stand for, the preferred one first.
    static func resolve(host: String, port: Int) throws -> [LocalAddress] {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &first) == 0 else {
            throw SystemError("resolve \(host)", code: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(first) }
        return sequence(first: first) { $0?.pointee.ai_next }.prefix { $0 != nil }
            .compactMap { $0.map { LocalAddress($0.pointee) } }
    }

    private init(_ info: addrinfo) {
        family = info.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
    }

    /// Gives a socket this address; false with `errno` set.
    func bind(_ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
                return false
            }
            return Glibc.bind(descriptor, address, socklen_t(bytes.count)) == 0
        }
    }
}
