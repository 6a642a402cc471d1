// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import SocketActivation

/// Sockets of the system.
struct ListeningSocketTests {
    @Test(arguments: ["127.0.0.1", "::1", "localhost"])
    func listensOnAFreePort(host: String) throws {
        let socket = try ListeningSocket.open(host: host, port: 0)
        #expect(socket.port > 0)
        #expect(fcntl(socket.descriptor, F_GETFD) == FD_CLOEXEC)
    }

    @Test func duplicatesAreTheSameSocket() throws {
        let socket = try ListeningSocket.open(host: "127.0.0.1", port: 0)
        let copy = try ListeningSocket(adopting: try socket.duplicate())
        #expect(copy.port == socket.port)
    }

    @Test func severalMayShareAPort() throws {
        let first = try ListeningSocket.open(host: "127.0.0.1", port: 0, isShared: true)
        let second = try ListeningSocket.open(
            host: "127.0.0.1",
            port: first.port,
            isShared: true
        )
        #expect(second.port == first.port)
        #expect(throws: SystemError.self) {
            try ListeningSocket.open(host: "127.0.0.1", port: first.port)
        }
    }

    @Test func unknownHostsAreNamed() throws {
        let error = #expect(throws: SystemError.self) {
            try ListeningSocket.open(host: "no.such.host.invalid", port: 0)
        }
        #expect(error?.description.contains("no.such.host.invalid") == true)
    }

    @Test func whatDoesNotListenIsRefused() throws {
        let stream = Int32(SOCK_STREAM.rawValue)
        let kinds = [
            socket(AF_INET, stream, 0), socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0),
            socket(AF_UNIX, stream, 0), open("/dev/null", O_RDONLY),
        ]
        for descriptor in kinds {
            #expect(throws: SystemError.self) { try ListeningSocket(adopting: descriptor) }
            close(descriptor)
        }
        #expect(throws: SystemError.self) { try ListeningSocket(adopting: -1) }
    }
}
