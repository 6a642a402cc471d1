// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// The data plane's listener.
package struct ServerConfig: Hashable, Sendable, Encodable {
    /// The address to listen on.
    package var host = "0.0.0.0"
    /// The port to listen on; 0 for any free one.
    package var port = 8080
    /// Event loop threads; 0 for one per core.
    package var eventLoops = 0
    /// What a connection and a request may cost.
    package var limits = ServerLimits()
    /// What happens when more arrives than can be answered.
    package var overload = OverloadConfig()
    /// What browsers of other sites may read.
    package var cors = CORSConfig()
    /// How the gateway stops.
    package var drain = DrainConfig()
    /// How long a process that takes over may take to become ready.
    package var restartTimeoutNanoseconds: UInt64 = .seconds(60)

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("host", .identifier, into: &host)
        object.read("port", .integer(in: ConfigLimits.port), into: &port)
        object.read(
            "event_loops",
            .integer(in: 0...ConfigLimits.threads.upperBound),
            into: &eventLoops
        )
        object.read("limits", .object(ServerLimits.init), into: &limits)
        object.read("overload", .object(OverloadConfig.init), into: &overload)
        object.read("cors", .object(CORSConfig.init), into: &cors)
        object.read("drain", .object(DrainConfig.init), into: &drain)
        object.read(
            "restart_timeout",
            .nanoseconds(in: ConfigLimits.wait),
            into: &restartTimeoutNanoseconds
        )
    }
}

/// Cross-origin resource sharing (Fetch standard, §3.2).
package struct CORSConfig: Hashable, Sendable, Encodable {
    /// `Access-Control-Allow-Origin`: one origin or `*`.
    package var allowOrigin = "*"
    /// `Access-Control-Max-Age`.
    package var maxAgeNanoseconds: UInt64 = .seconds(7200)

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("allow_origin", .identifier, into: &allowOrigin)
        object.read(
            "max_age",
            .nanoseconds(in: ConfigLimits.optionalWait),
            into: &maxAgeNanoseconds
        )
    }
}

/// How the gateway stops: unready first, then no new connections, then the end.
package struct DrainConfig: Hashable, Sendable, Encodable {
    /// Time it still accepts connections after readiness failed, so that balancers notice.
    package var lingerNanoseconds: UInt64 = .seconds(5)
    /// Time after which open connections are closed.
    package var timeoutNanoseconds: UInt64 = .seconds(30)

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        let wait = ConfigLimits.optionalWait
        object.read("linger", .nanoseconds(in: wait), into: &lingerNanoseconds)
        object.read("timeout", .nanoseconds(in: wait), into: &timeoutNanoseconds)
        guard lingerNanoseconds > timeoutNanoseconds else { return }
        object.report(
            .order,
            "`linger` must not be longer than `timeout`",
            at: object.span(of: "linger")
        )
    }
}
