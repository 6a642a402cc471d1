// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The gateway that started this one to take its place.
///
/// Lifetime: once it was told that this one serves, or has gone, nothing more passes between the two.
package final class Predecessor: Sendable {
    /// What a successor writes once it has loaded everything and only has to accept.
    static let readyByte = UInt8(ascii: "R")
    /// What the predecessor writes once it accepts no more.
    static let acknowledgement = UInt8(ascii: "A")
    /// What a successor writes once it accepts on every socket and says that it is ready.
    static let servingByte = UInt8(ascii: "S")
    /// A predecessor that does not answer for so long has hung, and its connections with it.
    private static let answerSecondsMaximum = 10

    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// Tells it that this gateway could serve, and waits until it accepts no more.
    ///
    /// Blocks its thread. Connections wait in the sockets' queues meanwhile. One that has died needs no telling.
    package func takeOver() {
        var byte = Self.readyByte
        guard send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 else { return }
        var limit = timeval(tv_sec: Self.answerSecondsMaximum, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        _ = recv(descriptor, &byte, 1, 0)
    }

    /// Tells it that this gateway serves: until then it would take over again.
    package func serves() {
        var byte = Self.servingByte
        _ = send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL))
    }
}
