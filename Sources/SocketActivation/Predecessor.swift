// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The gateway that started this one to take its place.
///
/// Lifetime: once it was told, or has gone, nothing more passes between the two.
package final class Predecessor: Sendable {
    /// What a successor writes once it serves.
    static let readyByte = UInt8(ascii: "R")

    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// Tells it that this gateway serves on the passed sockets; it stops accepting and drains.
    ///
    /// A predecessor that has died meanwhile needs no telling.
    package func tellReady() {
        var byte = Self.readyByte
        _ = send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL))
    }
}
