// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import SocketActivation

/// The control port: health, metrics and status over HTTP, away from the data plane's loops.
///
/// List it first in a `ServiceGroup`: services stop in reverse order, and this one has to answer that
/// the gateway is not ready while the others drain.
package struct ControlPlaneServer: Service {
    /// Open connections: a scraper, a prober and a few people.
    static let connectionsMax = 64
    /// A kept connection outlives the usual scrape interval of 15 s and little more.
    static let idleTimeout = TimeAmount.seconds(60)

    private let listener: ControlListener
    private let mayAccept: @Sendable () async -> Void
    private let onListening: @Sendable (Int) -> Void

    /// Prepares a server that accepts once it runs.
    ///
    /// - Parameters:
    ///   - gateway: What it shows.
    ///   - socket: What it accepts from.
    ///   - allowedHosts: Names it goes by, besides addresses and `localhost`.
    ///   - logger: Logs requests that fail.
    ///   - mayAccept: Returns when it may begin; connections wait in the socket's queue until then.
    ///   - onListening: Called once with the port it listens on.
    package init(
        gateway: any GatewayObserving,
        socket: ListeningSocket,
        allowedHosts: [String] = [],
        logger: Logger,
        mayAccept: @escaping @Sendable () async -> Void = {},
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        let responder = ControlRoutes(gateway: gateway, allowedHosts: allowedHosts).router()
            .buildResponder()
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                let context = BasicRequestContext(source: .init(channel: channel, logger: logger))
                var response = try await responder.respond(to: request, context: context)
                response.headers[.date] = Self.dateText()
                response.headers[.server] = "sluice"
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: .init(idleTimeout: Self.idleTimeout)
        )
        listener = ControlListener(
            socket: socket,
            http: http,
            connectionsMax: Self.connectionsMax,
            logger: logger
        )
        self.mayAccept = mayAccept
        self.onListening = onListening
    }

    /// Serves until the group shuts down.
    package func run() async throws {
        await mayAccept()
        try await listener.run(onListening: onListening)
    }

    /// Leaves new connections to the process that takes over.
    package func stopAccepting() async {
        await listener.stopAccepting()
    }

    /// Accepts again after `stopAccepting`.
    package func resumeAccepting() {
        listener.resumeAccepting()
    }

    /// Now, as in RFC 9110 §5.6.7; the program's locale is that of C.
    private static func dateText() -> String {
        var seconds = time(nil)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &fields)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
