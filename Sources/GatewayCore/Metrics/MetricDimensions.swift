// SPDX-License-Identifier: Apache-2.0

/// What a config gives the metrics to count: the only source of label values.
package struct MetricDimensions: Sendable {
    /// A model and its loaded versions.
    package struct Model: Sendable {
        /// Name in the config.
        package var name: String
        /// Versions in the config's order.
        package var versions: [String]

        /// Describes a model.
        package init(name: String, versions: [String]) {
            self.name = name
            self.versions = versions
        }
    }

    /// A version that gets copies of live requests.
    package struct Shadow: Sendable {
        /// Name of the model.
        package var model: String
        /// Name of the version.
        package var version: String
        /// What the model answers, and so what is compared.
        package var kind: ServedModel.Kind

        /// Describes a shadow.
        package init(model: String, version: String, kind: ServedModel.Kind) {
            self.model = model
            self.version = version
            self.kind = kind
        }
    }

    /// A route and the models that may answer it.
    package struct Route: Sendable {
        /// Name in the config.
        package var name: String
        /// Names of models.
        package var models: [String]

        /// Describes a route.
        package init(name: String, models: [String]) {
            self.name = name
            self.models = models
        }
    }

    /// Routes in the config's order.
    package var routes: [Route]
    /// Models in the config's order.
    package var models: [Model]
    /// Shadows in the order of their models.
    package var shadows: [Shadow]

    /// Gathers routes, models and shadows.
    package init(routes: [Route], models: [Model], shadows: [Shadow] = []) {
        self.routes = routes
        self.models = models
        self.shadows = shadows
    }

    /// Every model and version that may answer a route.
    func versions(answering route: Route) -> [(model: String, version: String)] {
        models.filter { route.models.contains($0.name) }
            .flatMap { model in model.versions.map { (model.name, $0) } }
    }
}

/// How a request ended.
package enum RequestOutcome: UInt8, CaseIterable, Sendable {
    /// Answered by the assigned version.
    case served
    /// Answered by a lower rung.
    case degraded
    /// The caller's fault.
    case refused
    /// Turned away to protect the others.
    case shed
    /// No rung could answer.
    case failed
    /// Answered, whatever the rung, a tester who named the version.
    case forced
}

/// The stages a request's time is counted under.
package enum RequestPhase: UInt8, CaseIterable, Sendable {
    case parse
    case queue
    case features
    case infer
    case post
}

/// How one call of a handler ended.
package enum CallResult: UInt8, CaseIterable, Sendable {
    case success
    /// Right but over the soft budget.
    case slow
    /// Counts against the breaker.
    case failure
    /// Says nothing about the version: cancelled, or a bad request.
    case ignored
    /// Came after the deadline and was dropped.
    case late
}
