// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A port that refuses connections and that nobody else gets meanwhile: bound, and not listened on.
final class UnusedPort {
    let number: Int
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) | getsockname(descriptor, $0, &size)
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        try #require(result == 0 && number > 0)
    }

    deinit { close(descriptor) }
}
