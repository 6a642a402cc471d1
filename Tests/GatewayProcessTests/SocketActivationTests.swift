// SPDX-License-Identifier: Apache-2.0
import Foundation
import SocketActivation
import Testing

/// A service manager holds the sockets and starts the gateway with them.
@Suite(.serialized) struct SocketActivationProcessTests {
    /// The sockets, and what is started with them.
    private struct Manager {
        let store: FixtureStore
        let data: ListeningSocket
        let control: ListeningSocket
        let config: String

        init() throws {
            store = try .published()
            data = try .open(host: "127.0.0.1", port: 0)
            control = try .open(host: "127.0.0.1", port: 0)
            // Three loops accept from one socket.
            var config = TestConfig(snapshots: store.directory)
            config.eventLoops = 3
            self.config = try store.folder.write("sluice.yaml", config.text)
        }

        /// Starts a gateway as `sd_listen_fds(3)` has it.
        func start(names: String = "data:control") throws -> ForeignProcess {
            let script = #"""
                export LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=\#(names)
                unset SLUICE_PREDECESSOR
                exec "$0" serve --config "$1" 2>>"$2"
                """#
            let successor = try Successor.start(
                path: "/bin/bash",
                arguments: ["bash", "-c", script, Products.sluice.path, config, log],
                environment: ProcessInfo.processInfo.environment,
                data: [data],
                control: control
            )
            return ForeignProcess(successor.processIdentifier)
        }

        var log: String { store.folder.path + "/log" }

        var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
    }

    @Test func noConnectionIsRefusedWhileTheGatewayIsKilledAndStarted() throws {
        let manager = try Manager()
        var gateway = try manager.start()
        let load = LoadGenerator(port: manager.data.port, threads: 3, keepsAlive: false)
        #expect(load.waitForMoreRequests(), "\(manager.logText)")
        for signal in [SIGKILL, SIGTERM, SIGKILL] {
            gateway.send(signal)
            #expect(gateway.waitForExit())
            // It waits in the socket's queue for a gateway that does not run yet.
            let connection = try RawConnection(port: manager.data.port)
            try connection.send("GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n")
            gateway = try manager.start()
            #expect(try connection.readReply().status == 200)
            #expect(load.waitForMoreRequests(), "\(manager.logText)")
        }
        let report = load.stop()
        // What a killed process was answering is lost; a connection never is.
        let refused = report.failures.filter { $0.hasPrefix("connect") }
        #expect(refused.isEmpty, "\(refused.prefix(3)) of \(report.requestCount)")
    }

    /// Clients that keep their connections are told before these close, and find the next process.
    @Test func stoppingUnderKeepAliveLoadFailsNoRequest() throws {
        let manager = try Manager()
        var gateway = try manager.start()
        let load = LoadGenerator(port: manager.data.port, threads: 4)
        #expect(load.waitForMoreRequests(), "\(manager.logText)")
        for _ in 0..<3 {
            gateway.send(SIGTERM)
            #expect(gateway.waitForExit())
            gateway = try manager.start()
            #expect(load.waitForMoreRequests(), "\(manager.logText)")
        }
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
    }

    @Test func theSocketsOfTheManagerWin() throws {
        let manager = try Manager()
        let gateway = try manager.start()
        let connection = try RawConnection(port: manager.control.port)
        try connection.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try connection.readReply().status == 200)
        gateway.send(SIGTERM)
        #expect(gateway.waitForExit())
    }

    @Test func anUnknownNameEndsTheStart() throws {
        let manager = try Manager()
        let gateway = try manager.start(names: "data:sluice.socket")
        #expect(gateway.waitForExit())
        #expect(manager.logText.contains("`sluice.socket`"), "\(manager.logText)")
    }
}
