// SPDX-License-Identifier: Apache-2.0

/// What part of a request's life a time measures.
package enum LatencyClock: Hashable, Sendable {
    /// From when the request was due until its end: what the shopper waited.
    case scheduled
    /// From when the request was sent until its end.
    case service
    /// From when the request was due until this process was ready to send it: our fault.
    case timerLag
    /// From when this process was ready until a connection was free: the server's fault.
    case connectionWait
    /// From sent to the first byte of the reply.
    case firstByte
    /// A phase the server named in `Server-Timing`, or `outsideServer`.
    case phase(String)

    /// Service time less the server's own total: the network and this process.
    package static let outsideServer = LatencyClock.phase("network+client")
    /// The phase under which servers tell all of their time.
    static let totalPhase = "total"

    private static let fixed: [(LatencyClock, String)] = [
        (.scheduled, "scheduled"), (.service, "service"), (.timerLag, "timer_lag"),
        (.connectionWait, "connection_wait"), (.firstByte, "first_byte"),
    ]

    /// The clock as the interval log names it, such as `scheduled` or `phase:model`.
    package var name: String {
        if case .phase(let phase) = self { return "phase:" + phase }
        return Self.fixed.first { $0.0 == self }?.1 ?? ""
    }

    /// The clock of a name; nil when it is none.
    package init?(name: String) {
        if name.hasPrefix("phase:") {
            self = .phase(String(name.dropFirst("phase:".count)))
        } else if let clock = Self.fixed.first(where: { $0.1 == name }) {
            self = clock.0
        } else {
            return nil
        }
    }
}
