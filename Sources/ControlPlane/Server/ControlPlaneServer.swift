// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The control port: health, metrics and status over HTTP, away from the data plane's loops.
///
/// List it first in a `ServiceGroup`: services stop in reverse order, and this one has to answer that
/// the gateway is not ready while the others drain.
package struct ControlPlaneServer: Service {
    /// Nothing leaves the machine unless the config says so.
    package static let defaultHost = "127.0.0.1"
    /// Where it listens by default.
    package static let defaultPort = 9_090
    /// Open connections: a scraper, a prober and a few people.
    static let connectionsMax = 64
    /// A kept connection outlives the usual scrape interval of 15 s and little more.
    static let idleTimeout = TimeAmount.seconds(60)

    private let application: Application<RouterResponder<BasicRequestContext>>

    /// Prepares a server that listens once it runs.
    ///
    /// - Parameters:
    ///   - gateway: What it shows.
    ///   - host: Address to listen on.
    ///   - port: Port to listen on; 0 takes any free one.
    ///   - logger: Logs requests that fail.
    ///   - onListening: Called once with the port it listens on.
    package init(
        gateway: any GatewayObserving,
        host: String = ControlPlaneServer.defaultHost,
        port: Int = ControlPlaneServer.defaultPort,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        application = Application(
            router: ControlRoutes(gateway: gateway).router(),
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: .init(
                address: .hostname(host, port: port),
                serverName: "sluice",
                availableConnectionsDelegate: .maximum(
                    Self.connectionsMax,
                    logger: logger
                )
            ),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    /// Serves until the group shuts down.
    ///
    /// - Throws: When the address cannot be bound.
    package func run() async throws {
        try await application.run()
    }
}
