// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// How strict the edge is with connections: sizes, times and counts.
package struct EdgeSettings: Sendable {
    /// What one request may weigh.
    package var limits = HTTPLimits()
    /// Requests after which a connection is closed, so that load balancers can move it.
    package var requestsPerConnectionMaximum = 100_000
    /// Requests of one connection answered before the loop turns to the others.
    package var requestsPerTurnMaximum = 16
    /// Connections of one event loop; those beyond are closed at once.
    package var connectionsPerLoopMaximum = 16_384
    /// From the first byte of a head to its end.
    package var headTimeout = TimeAmount.seconds(10)
    /// From the end of the head to the end of the body.
    package var bodyTimeout = TimeAmount.seconds(30)
    /// Between two requests.
    package var idleTimeout = TimeAmount.seconds(75)
    /// The slowest body that is waited for, on average, once a second has passed.
    package var bodyBytesPerSecondMinimum = 256

    /// The default limits.
    package init() {}
}
