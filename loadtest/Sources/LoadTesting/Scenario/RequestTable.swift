// SPDX-License-Identifier: Apache-2.0

/// The requests of a run, written before it starts; arrivals send them alone or as sessions.
package struct RequestTable: Sendable {
    /// Names of the scenario's requests.
    package let routes: [String]
    /// The requests, in the shares the scenario asks for.
    package private(set) var requests: [PreparedRequest] = []
    /// What arrivals send, all as likely.
    package private(set) var visits: [PreparedVisit] = []

    /// How many visits are prepared unless told: far more than any cache of one line holds.
    package static let varietyDefault = 4_096

    private var byteCount = 0

    /// Prepares requests for a target.
    ///
    /// - Throws: `LoadTestError` when a store has no product, or the requests are too many bytes.
    package init(
        _ scenario: Scenario,
        target: Target,
        catalog: Catalog,
        seed: UInt64,
        variety: Int = varietyDefault
    ) throws {
        routes = scenario.requests.map(\.name)
        let writer = RequestWriter(target: target, store: scenario.store, catalog: catalog)
        var source = VisitorSource(catalog, scenario.store, seed: seed)
        let sessions = scenario.sessions.isEmpty ? scenario.singleRequests : scenario.sessions
        let total = sessions.reduce(0) { $0 + $1.weight }
        var passed = 0.0
        for session in sessions {
            passed += session.weight
            let end = max(Int((passed / total * Double(variety)).rounded()), visits.count + 1)
            while visits.count < end { try append(session, scenario.requests, writer, &source) }
        }
    }

    /// Requests that an arrival sends on average.
    var requestsPerArrival: Double {
        Double(visits.reduce(0) { $0 + $1.steps.count }) / Double(max(visits.count, 1))
    }

    private mutating func append(
        _ session: SessionTemplate,
        _ templates: [RequestTemplate],
        _ writer: RequestWriter,
        _ source: inout VisitorSource
    ) throws {
        var visitor = try source.next(session.cartSize(templates))
        var steps: [PreparedVisit.Step] = []
        var offset: UInt64 = 0
        for step in session.steps {
            for _ in 0..<source.pick(in: step.times) {
                let request = try append(templates[step.request], step.request, writer, &visitor)
                steps.append(PreparedVisit.Step(request: request, offsetNanoseconds: offset))
                offset += source.pick(in: step.think)
            }
        }
        visits.append(PreparedVisit(steps: steps))
    }

    private mutating func append(
        _ template: RequestTemplate,
        _ route: Int,
        _ writer: RequestWriter,
        _ visitor: inout Visitor
    ) throws -> UInt32 {
        let (bytes, check) = try writer.write(template, of: &visitor)
        byteCount += bytes.count
        guard byteCount <= ScenarioLimits.preparedBytes else {
            throw LoadTestError.requestsTooLarge(count: requests.count)
        }
        requests.append(PreparedRequest(bytes: bytes, route: route, check: check))
        return UInt32(requests.count - 1)
    }
}

extension Scenario {
    /// The requests as sessions of one request each, with the requests' own shares.
    fileprivate var singleRequests: [SessionTemplate] {
        requests.enumerated().map { index, request in
            let step = SessionTemplate.Step(
                request: index,
                times: 1...1,
                think: .zero ... .zero
            )
            return SessionTemplate(name: request.name, weight: request.weight, steps: [step])
        }
    }
}

extension SessionTemplate {
    /// The size of the cart it buys; nil when it buys none.
    fileprivate func cartSize(_ templates: [RequestTemplate]) -> CartSize? {
        for step in steps {
            if case .price(let lines) = templates[step.request].kind { return lines }
        }
        return nil
    }
}
