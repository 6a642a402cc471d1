// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A serving gateway on ports of its own, stopped when released.
final class RunningGateway: Sendable {
    /// The gateway that tests share when they only ask: two versions of each model, the hand-made store.
    static let shared = Result { try RunningGateway(store: .published()) }

    let dataPort: Int
    let controlPort: Int
    let configPath: String
    /// The store the gateway reads, kept as long as it runs.
    let store: FixtureStore?

    private let process: ServerProcess

    /// Serves a store with a config that `change` adapts.
    convenience init(
        store: FixtureStore,
        executable: URL = Products.sluice,
        change: (inout TestConfig) -> Void = { _ in }
    ) throws {
        var config = TestConfig(snapshots: store.directory)
        change(&config)
        let path = try store.folder.write("sluice.yaml", config.text)
        try self.init(config: path, store: store, executable: executable)
    }

    init(
        config: String,
        store: FixtureStore? = nil,
        executable: URL = Products.sluice
    ) throws {
        configPath = config
        self.store = store
        process = try ServerProcess(
            ["serve", "--config", config, "--port", "0", "--control-port", "0"],
            executable: executable
        )
        let listening = try process.waitForLog("listening")
        dataPort = Int(listening["data_port"] as? String ?? "") ?? 0
        controlPort = Int(listening["control_port"] as? String ?? "") ?? 0
    }

    // MARK: Process

    var logText: String { process.logText }

    var processIdentifier: pid_t { process.identifier }

    @discardableResult
    func waitForLog(_ message: String, occurrence: Int = 1) throws -> [String: Any] {
        try process.waitForLog(message, occurrence: occurrence)
    }

    func send(_ signal: Int32) { process.send(signal) }

    func waitForExit() -> Int32 { process.waitForExit() }

    /// Writes another config in place of the gateway's and has it read.
    func reload(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: configPath))
        send(SIGHUP)
    }

    // MARK: Requests

    func get(_ target: String, headers: String = "") throws -> RawReply {
        try request("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n", port: dataPort)
    }

    func post(_ target: String, _ body: String, headers: String = "") throws -> RawReply {
        try request(Self.postBytes(target, body, headers: headers), port: dataPort)
    }

    func control(_ target: String) throws -> RawReply {
        try request(
            "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            port: controlPort
        )
    }

    func status() throws -> [String: Any] { try control("/api/status").json() }

    func metrics() throws -> String { try control("/metrics").text }

    static func postBytes(_ target: String, _ body: String, headers: String = "") -> String {
        "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    private func request(_ bytes: String, port: Int) throws -> RawReply {
        let connection = try RawConnection(port: port)
        try connection.send(bytes)
        return try connection.readReply()
    }
}

extension RunningGateway {
    /// Prices a cart for a session; a line is a product and a quantity.
    func price(
        _ lines: [(String, Int)],
        session: String = "s",
        headers: String = ""
    ) throws -> RawReply {
        try post("/v1/prices", Self.cart(lines, session: session), headers: headers)
    }

    static func cart(_ lines: [(String, Int)], session: String = "s") -> String {
        let lines = lines.map { #"{"variant_id":"\#($0.0)","quantity":\#($0.1)}"# }
        return
            #"{"shop":"fr","session_id":"\#(session)","lines":[\#(lines.joined(separator: ","))]}"#
    }

    /// The state of a version's breaker as `/api/status` has it.
    func breakerState(_ model: String, _ version: String) throws -> String? {
        let models = try status()["models"] as? [[String: Any]]
        let found = models?.first { $0["name"] as? String == model }
        let versions = found?["versions"] as? [[String: Any]]
        let breaker = versions?.first { $0["version"] as? String == version }?["breaker"]
        return (breaker as? [String: Any])?["state"] as? String
    }
}
