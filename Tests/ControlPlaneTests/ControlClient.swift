// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationNetworking
import GatewayCore
import Logging
import ServiceLifecycle
import SocketActivation
import Synchronization

@testable import ControlPlane

/// Asks a control plane that listens on a real socket.
struct ControlClient {
    struct Reply {
        let status: Int
        let headers: [String: String]
        let body: String
    }

    let port: Int

    /// Serves `gateway` on a free port while `body` runs, then shuts down as a signal would.
    static func withServer(
        _ gateway: FixedGateway,
        _ body: (ControlClient) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
        let server = ControlPlaneServer(
            gateway: gateway,
            socket: try .open(host: "127.0.0.1", port: 0),
            allowedHosts: ["gateway.example"],
            logger: logger,
            onListening: { port.yield($0) }
        )
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        async let running: Void = group.run()
        if let port = await ports.first(where: { _ in true }) {
            try await body(ControlClient(port: port))
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    func ask(_ path: String, method: String = "GET") async throws -> Reply {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else {
            throw URLError(.badURL)
        }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = method
        let (data, response) = try await URLSession(configuration: .ephemeral).data(for: request)
        guard let response = response as? HTTPURLResponse else {
            throw URLError(.badServerResponse)
        }
        let headers = response.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        return Reply(
            status: response.statusCode,
            headers: Dictionary(headers) { first, _ in first },
            body: String(decoding: data, as: UTF8.self)
        )
    }
}
