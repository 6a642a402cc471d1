// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SocketActivation

/// Successors that are shell scripts: what they inherit, and how their ends are told.
struct SuccessorTests {
    /// Far beyond any sound run.
    private static let patienceMilliseconds: Int32 = 30_000

    private func start(_ script: String) throws -> Successor {
        try Successor.start(
            path: "/bin/bash",
            arguments: ["bash", "-c", script],
            environment: ["PATH": "/usr/bin:/bin", "LISTEN_PID": "1", "KEPT": "yes"],
            data: [.open(host: "127.0.0.1", port: 0), .open(host: "127.0.0.1", port: 0)],
            control: .open(host: "127.0.0.1", port: 0)
        )
    }

    /// Descriptors 3 to 5 are sockets, 6 the way back, and nothing else is open.
    @Test func inheritsTheSocketsAndNothingElse() throws {
        let open = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(open) }
        let successor = try start(
            #"""
            [ "$LISTEN_FDS $LISTEN_FDNAMES" = "4 data:data:control:predecessor" ] || exit 11
            [ "$SLUICE_PREDECESSOR" = "$PPID" ] || exit 12
            [ "$KEPT$LISTEN_PID" = yes ] || exit 13
            for fd in 3 4 5 6; do [ -S /proc/self/fd/$fd ] || exit 14; done
            for fd in 7 8 9 10 11 12 13 14 15; do [ ! -S /proc/self/fd/$fd ] || exit 15; done
            printf R >&6
            read -r -N 1 -u 6
            [ "$REPLY" = A ] || exit 16
            printf S >&6
            kill -USR1 $$
            """#
        )
        #expect(
            successor.wait(until: .ready, timeoutMilliseconds: Self.patienceMilliseconds)
                == .reached
        )
        successor.acknowledge()
        #expect(
            successor.wait(until: .serving, timeoutMilliseconds: Self.patienceMilliseconds)
                == .reached
        )
        var status: Int32 = 0
        #expect(waitpid(successor.processIdentifier, &status, 0) == successor.processIdentifier)
        #expect(status == SIGUSR1)
    }

    @Test func anEndIsToldWithItsStatus() throws {
        let successor = try start("exit 78")
        let outcome = successor.wait(
            until: .ready,
            timeoutMilliseconds: Self.patienceMilliseconds
        )
        #expect(outcome == .ended(status: 78 << 8))
    }

    /// One that dies between being told to accept and saying that it does has not taken over.
    @Test func anEndBeforeItServesIsTold() throws {
        let successor = try start("printf R >&6; read -r -N 1 -u 6; kill -KILL $$")
        let patience = Self.patienceMilliseconds
        #expect(successor.wait(until: .ready, timeoutMilliseconds: patience) == .reached)
        successor.acknowledge()
        let outcome = successor.wait(until: .serving, timeoutMilliseconds: patience)
        #expect(outcome == .ended(status: SIGKILL))
    }

    @Test func whatIsLateIsEnded() throws {
        let successor = try start("trap '' TERM; while :; do sleep 1; done")
        #expect(successor.wait(until: .ready, timeoutMilliseconds: 50) == .late)
        #expect(kill(successor.processIdentifier, 0) == -1)
    }

    @Test func whatIsNoProgramIsNamed() throws {
        let error = #expect(throws: SystemError.self) {
            try Successor.start(
                path: "/no/such/program",
                arguments: ["program"],
                environment: [:],
                data: [],
                control: .open(host: "127.0.0.1", port: 0)
            )
        }
        #expect(error?.description.contains("/no/such/program") == true)
    }
}
