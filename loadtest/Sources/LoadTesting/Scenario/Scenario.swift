// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// Who asks for what, how often: a scenario file, or what the command line says instead.
package struct Scenario: Sendable {
    /// Whom the load goes to, unless the command line says.
    package var target: Target?
    /// The requests and their shares.
    package var requests: [RequestTemplate]
    /// What shoppers do, when requests do not come alone.
    package var sessions: [SessionTemplate] = []
    /// The store whose products and shoppers they name; nil when none of them does.
    package var store: StoreProfile?
    /// When they are sent, unless the command line says.
    package var load: LoadProfile
    /// What goes wrong meanwhile.
    package var chaos: [ChaosFault] = []
    /// What a run must fulfil.
    package var assertions: [Assertion] = []
    /// What a rate must meet in a search, beside what the command line says.
    package var objectives: [Objective] = []

    /// A scenario of one plain request.
    package init(target: Target, request: RequestTemplate) {
        self.target = target
        requests = [request]
        load = LoadProfile()
    }

    /// Decodes a scenario; nil after an error is reported.
    package init?(_ object: ObjectDecoder) {
        target = object.optional("target", .target)
        store = object.optional("store", .object(StoreProfile.init))
        load = object.optional("load", .object(LoadProfile.init), default: LoadProfile())
        chaos = object.optional("chaos", .array(of: .object(ChaosFault.init)), default: [])
        ChaosFault.checkNames(chaos, object)
        assertions = object.optional("assert", .array(of: .assertion), default: [])
        objectives = object.optional("objectives", .array(of: .objective), default: [])
        let requests = object.required("requests", .array(of: .object(RequestTemplate.init)))
        self.requests = requests ?? []
        sessions = object.optional(
            "sessions",
            .array(of: SessionTemplate.decoder(requests: self.requests.map(\.name))),
            default: []
        )
        Self.check(self.requests, hasStore: object.has("store"), object)
        checkHistory(object)
        checkSessions(object)
        guard requests != nil else { return nil }
    }

    /// Reads a scenario file.
    ///
    /// - Throws: `DiagnosticReport` with every mistake in it.
    package static func load(
        path: String,
        environment: [String: String]
    ) throws(DiagnosticReport) -> Scenario {
        try load(try YAMLFile(path: path), environment)
    }

    /// Decodes a parsed scenario file.
    ///
    /// - Throws: `DiagnosticReport` with every mistake in it.
    package static func load(
        _ file: YAMLFile,
        _ environment: [String: String] = [:]
    ) throws(DiagnosticReport) -> Scenario {
        let context = DecodingContext(file: file, environment: environment)
        guard let scenario = context.decode(.object(Scenario.init)) else {
            throw DiagnosticReport(context.log.diagnostics)
        }
        return scenario
    }

    private func checkHistory(_ object: ObjectDecoder) {
        let place = object.span(of: "requests")
        let wantsCarts = requests.first { $0.kind.isOfHistory }
        if let wantsCarts, store != nil, store?.history == nil {
            let message = "`\(wantsCarts.name)` sends carts of a history, and `store` names none"
            object.report(.noHistory, message, at: place)
        }
        let comparesList = requests.first { $0.check.withinListPercent != nil }
        if let comparesList, let store, !store.hasListPrices {
            let message = "`\(comparesList.name)` is held to list prices: `store` needs `snapshot`"
            object.report(.noListPrice, message, at: place)
        }
    }

    private func checkSessions(_ object: ObjectDecoder) {
        guard !sessions.isEmpty else { return }
        let used = Set(sessions.flatMap { $0.steps.map(\.request) })
        for (index, request) in requests.enumerated() where !used.contains(index) {
            let message = "no session sends the request `\(request.name)`"
            object.report(.unusedRequest, message, at: object.span(of: "sessions"))
        }
    }

    private static func check(
        _ requests: [RequestTemplate],
        hasStore: Bool,
        _ object: ObjectDecoder
    ) {
        let place = object.span(of: "requests")
        var names = Set<String>()
        for request in requests where !names.insert(request.name).inserted {
            object.report(.sameName, "two requests are called `\(request.name)`", at: place)
        }
        if !hasStore, let request = requests.first(where: \.needsStore) {
            let message = "`\(request.name)` asks for products, and the scenario names no `store`"
            object.report(.noStore, message, at: place)
        }
    }
}

extension DiagnosticCode {
    /// Two requests of one name.
    package static let sameName = DiagnosticCode("L001")
    /// Requests for products without a store that has any.
    package static let noStore = DiagnosticCode("L002")
    /// Products from a snapshot and from a list, or from neither.
    package static let productSource = DiagnosticCode("L003")
    /// Settings that belong to another kind of request.
    package static let wrongSetting = DiagnosticCode("L004")
}

extension ValueDecoder where Value == Target {
    /// A URL to send load to.
    static var target: ValueDecoder {
        let expected = "a URL such as http://127.0.0.1:8080"
        return .scalar(expected) { text throws(ScalarFault) in
            guard let target = Target(url: text) else { throw .malformed() }
            return target
        }
    }
}
