// SPDX-License-Identifier: Apache-2.0

/// What the slowest 1 % of the answers waited for.
package struct TailAttribution: Sendable, Encodable {
    /// One part of a request's time.
    package struct Part: Sendable, Encodable {
        /// `timer_lag`, `connection_wait`, a phase of the server, or `network+client`.
        package let name: String
        /// Requests of which it is the largest part.
        package let dominates: Int
        /// Its share of the time of all of them.
        package let share: Double
        /// Its mean, in milliseconds.
        package let meanMs: Double
    }

    /// Requests looked at: the slowest 1 %, or as many of them as were kept.
    package let count: Int
    /// The fastest of them, in milliseconds.
    package let fromMs: Double
    /// Their parts, the one that dominates most first.
    package let parts: [Part]
    /// How many of them are of each route.
    package let routes: [String: Int]

    /// Looks at a record's slowest requests; nil without any.
    init?(_ record: RunRecord, answered: Int) {
        let slowest = record.description.slowest.prefix((answered + 99) / 100)
        guard let last = slowest.last else { return nil }
        count = slowest.count
        fromMs = Double(last.scheduled) / 1e3
        routes = slowest.reduce(into: [:]) { $0[$1.route, default: 0] += 1 }
        let total = slowest.reduce(0) { $0 + Double($1.scheduled) }
        let names = Set(slowest.flatMap(\.parts.keys))
        parts = names.map { Self.part($0, slowest, total) }.sorted {
            ($1.dominates, $1.share, $0.name) < ($0.dominates, $0.share, $1.name)
        }
    }

    private static func part(
        _ name: String,
        _ slowest: ArraySlice<SlowRequest>,
        _ total: Double
    ) -> Part {
        let sum = slowest.reduce(0) { $0 + Double($1.parts[name] ?? 0) }
        return Part(
            name: name,
            dominates: slowest.count { $0.largestPart == name },
            share: total > 0 ? sum / total : 0,
            meanMs: sum / Double(slowest.count) / 1e3
        )
    }
}

extension SlowRequest {
    fileprivate var largestPart: String? {
        parts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
}
