// SPDX-License-Identifier: Apache-2.0

/// The series of one config: resolves them for the request path and merges them at a scrape.
///
/// Built at start and at every reload. Keep it alive with the routing table it was built for: its
/// cells may be given to other series once it is gone.
package final class MetricCatalog: Sendable {
    /// Open data-plane connections.
    package let connections: GaugeSeries
    /// What was turned away, and how long requests wait.
    package let overload: OverloadSeries
    /// What became of versions that requests asked for.
    package let forced: ForcedSeries
    /// Connections beyond the limit.
    package let refusedConnections: CounterSeries
    /// Times the system could not accept a connection.
    package let failedAccepts: CounterSeries
    let dimensions: MetricDimensions
    private let leases: [SeriesKey: MetricLease]
    private let phasesStart: Int

    /// Leases the series of `dimensions`, taking over those `previous` has too.
    ///
    /// - Throws: `MetricError.tooManySeries` when the storage has no room for them.
    package init(
        _ dimensions: MetricDimensions,
        storage: MetricStorage,
        replacing previous: MetricCatalog? = nil
    ) throws(MetricError) {
        var leases: [SeriesKey: MetricLease] = [:]
        for key in SeriesKey.all(of: dimensions) where leases[key] == nil {
            if let kept = previous?.leases[key] {
                leases[key] = kept
            } else {
                leases[key] = try storage.lease(key.cellCount)
            }
        }
        self.dimensions = dimensions
        self.leases = leases
        phasesStart = leases[.phases]?.cells.lowerBound ?? 0
        overload = OverloadSeries(firstCell: leases[.overload]?.cells.lowerBound ?? 0)
        forced = ForcedSeries(firstCell: leases[.forced]?.cells.lowerBound ?? 0)
        let connectionsStart = leases[.connections]?.cells.lowerBound ?? 0
        connections = GaugeSeries(cell: connectionsStart)
        refusedConnections = CounterSeries(cell: connectionsStart + ConnectionLayout.refused)
        failedAccepts = CounterSeries(cell: connectionsStart + ConnectionLayout.failedAccepts)
    }

    /// The series of a route, or nil when the config has no such route.
    package func route(_ name: String) -> RouteSeries? {
        guard let counters = leases[.route(name)],
            let duration = duration(route: name, model: SeriesKey.none, version: SeriesKey.none)
        else { return nil }
        return RouteSeries(durationWithoutModel: duration, firstCell: counters.cells.lowerBound)
    }

    /// The request durations of a route answered by a version, or nil when it never answers it.
    package func duration(route: String, model: String, version: String) -> HistogramSeries? {
        leases[.duration(route: route, model: model, version: version)]
            .map { HistogramSeries(firstCell: $0.cells.lowerBound) }
    }

    /// The handler series of a version, or nil when it is not loaded.
    package func version(model: String, version: String) -> VersionSeries? {
        guard let lease = leases[.version(model: model, version: version)] else { return nil }
        let start = lease.cells.lowerBound
        return VersionSeries(
            duration: HistogramSeries(firstCell: start + VersionLayout.duration),
            firstCell: start
        )
    }

    /// The series of a version's shadow role, or nil when it has none.
    package func shadow(model: String, version: String) -> ShadowSeries? {
        leases[.shadow(model: model, version: version)]
            .map { ShadowSeries(firstCell: $0.cells.lowerBound) }
    }

    /// Time spent in one phase, over all routes.
    package func phase(_ phase: RequestPhase) -> HistogramSeries {
        HistogramSeries(
            firstCell: phasesStart + Int(phase.rawValue) * HistogramSeries.cellCount
        )
    }

    func lease(_ key: SeriesKey) -> MetricLease? { leases[key] }
}

/// What one lease counts.
enum SeriesKey: Hashable {
    case connections
    case phases
    case overload
    case forced
    case route(String)
    case duration(route: String, model: String, version: String)
    case version(model: String, version: String)
    case shadow(model: String, version: String)

    /// The label value of a request no model answered.
    static let none = "none"

    static func all(of dimensions: MetricDimensions) -> [SeriesKey] {
        let routes = dimensions.routes.flatMap { route in
            [.route(route.name), .duration(route: route.name, model: none, version: none)]
                + dimensions.versions(answering: route).map {
                    SeriesKey.duration(route: route.name, model: $0.model, version: $0.version)
                }
        }
        let versions = dimensions.models.flatMap { model in
            model.versions.map { SeriesKey.version(model: model.name, version: $0) }
        }
        let shadows = dimensions.shadows.map {
            SeriesKey.shadow(model: $0.model, version: $0.version)
        }
        return [.connections, .phases, .overload, .forced] + routes + versions + shadows
    }

    var cellCount: Int {
        switch self {
        case .connections: ConnectionLayout.cellCount
        case .phases: RequestPhase.allCases.count * HistogramSeries.cellCount
        case .overload: OverloadLayout.cellCount
        case .forced: ForcedLayout.cellCount
        case .route: RouteLayout.cellCount
        case .duration: HistogramSeries.cellCount
        case .version: VersionLayout.cellCount
        case .shadow: ShadowLayout.cellCount
        }
    }
}
