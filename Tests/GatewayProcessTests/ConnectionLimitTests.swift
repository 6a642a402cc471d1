// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// More connections than there may be, or than the system gives.
@Suite struct ConnectionLimitTests {
    private static let request = "GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n"

    private func open(_ count: Int, _ port: Int) throws -> [RawConnection] {
        try (0..<count).map { _ in
            let connection = try RawConnection(port: port)
            try connection.send(Self.request)
            #expect(try connection.readReply().status == 200)
            return connection
        }
    }

    @Test func connectionsBeyondTheLimitAreToldSo() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.eventLoops = 1
            $0.limits = "{connections: 4}"
        }
        var connections = try open(4, gateway.dataPort)
        for count in 1...3 {
            let refused = try RawConnection(port: gateway.dataPort)
            let reply = try refused.readReply()
            #expect(reply.status == 503)
            #expect(reply["Retry-After"] != nil)
            try expectProblem(reply)
            #expect(refused.isClosed())
            let total = "sluice_connections_refused_total \(count)\n"
            #expect(try gateway.metrics().contains(total))
        }
        connections.removeLast()
        #expect(
            Waiting.until { (try? gateway.price([("TEA-4", 1)]).status) == 200 }
        )
        #expect(try open(1, gateway.dataPort).count == 1)
        _ = connections
    }

    /// Without descriptors the gateway waits instead of trying for ever, and recovers.
    @Test func withoutDescriptorsItWaits() throws {
        let store = try FixtureStore.published()
        var config = TestConfig(snapshots: store.directory)
        config.eventLoops = 1
        let path = try store.folder.write("sluice.yaml", config.text)
        let process = try ServerProcess(
            ["-c", "ulimit -n 64; exec \"$0\" serve --config \"$1\"", Products.sluice.path, path],
            executable: URL(filePath: "/bin/bash")
        )
        let listening = try process.waitForLog("listening")
        try process.waitForLog(
            "fewer connections fit than the config allows: raise the limit of open files"
        )
        let dataPort = try #require(Int(listening["data_port"] as? String ?? ""))
        let controlPort = try #require(Int(listening["control_port"] as? String ?? ""))
        let control = try RawConnection(port: controlPort)
        try control.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try control.readReply().status == 200)
        var connections = try (0..<100).map { _ in try RawConnection(port: dataPort) }
        #expect(try Waiting.until { try Self.acceptFailures(control) > 0 })
        let start = (Date(), try ForeignProcess.cpuSeconds(process.identifier))
        Thread.sleep(forTimeInterval: 2)
        let used = try ForeignProcess.cpuSeconds(process.identifier) - start.1
        // One that tries again at once would use a core as far as it gets one.
        #expect(used < Date().timeIntervalSince(start.0) / 4, "\(used) s of CPU")
        connections.removeAll()
        #expect(Waiting.until { Self.answers(dataPort) })
    }

    private static func acceptFailures(_ control: RawConnection) throws -> Int {
        try control.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let name = "\nsluice_accept_failures_total "
        let text = try control.readReply().text
        guard let range = text.range(of: name) else { return 0 }
        return Int(text[range.upperBound...].prefix { $0.isNumber }) ?? 0
    }

    private static func answers(_ port: Int) -> Bool {
        guard let connection = try? RawConnection(port: port) else { return false }
        try? connection.send(request)
        return (try? connection.readReply().status) == 200
    }
}
