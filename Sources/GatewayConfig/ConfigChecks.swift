// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// What only the whole configuration can tell: settings of one section against another's.
struct ConfigChecks {
    private let object: ObjectDecoder

    init(_ object: ObjectDecoder) { self.object = object }

    func check(
        _ server: ServerConfig,
        _ control: ControlConfig,
        _ plugins: [PluginConfig],
        _ models: [String: ModelConfig],
        _ routes: RoutesConfig?
    ) {
        checkPorts(server, control)
        checkPlugins(plugins)
        if let prices = routes?.prices {
            checkRoute("prices", to: prices.model, of: .price, models)
        }
        if let recommendations = routes?.recommendations {
            checkRoute("recommendations", to: recommendations.model, of: .recommend, models)
        }
    }

    /// Equal salts would tie what must be independent: being held out, in a layer, in an arm.
    func checkSalts(_ models: [String: ModelConfig], _ holdout: HoldoutConfig) {
        for (name, model) in models.sorted(by: { $0.key < $1.key }) {
            let (salt, layer) = (model.split.salt, model.split.layer)
            if layer == salt { reportSalt(name, "layer", "the split's `salt`") }
            if layer == holdout.salt { reportSalt(name, "layer", "the holdout's `salt`") }
            if salt == holdout.salt { reportSalt(name, "salt", "the holdout's `salt`") }
        }
    }

    /// A unit is in at most one experiment of a layer.
    func checkLayers(_ models: [String: ModelConfig]) {
        let names = models.keys.sorted()
        for (index, name) in names.enumerated() {
            for other in names[..<index] where overlap(models[name], models[other]) {
                let place = object.span(of: "models", name, "split", "layer")
                let first = object.span(of: "models", other, "split", "layer")
                object.report(
                    .layerOverlap,
                    "the splits of `\(other)` and `\(name)` own the same buckets of one layer",
                    at: place,
                    notes: [Diagnostic.Note("the other one", at: first)],
                    help: "give each its own `layer`, or its own `layer_buckets`"
                )
            }
        }
    }

    private func overlap(_ left: ModelConfig?, _ right: ModelConfig?) -> Bool {
        guard let left = left?.split, let right = right?.split else { return false }
        return left.layer == right.layer && left.layerBuckets.overlaps(right.layerBuckets)
    }

    private func reportSalt(_ model: String, _ key: String, _ other: String) {
        let place = object.span(of: "models", model, "split", key)
        object.report(.sharedSalt, "`\(key)` must differ from \(other)", at: place)
    }

    private func checkPorts(_ server: ServerConfig, _ control: ControlConfig) {
        guard server.port == control.port, server.port != 0 else { return }
        let places = [object.place(of: "control", "port"), object.place(of: "server", "port")]
            .compactMap { $0 }
        let notes = places.dropFirst().map { Diagnostic.Note("the data plane's", at: $0) }
        let message = "both planes are to listen on port \(control.port)"
        object.report(.samePort, message, at: places.first ?? object.span, notes: notes)
    }

    private func checkPlugins(_ plugins: [PluginConfig]) {
        let elements = object.elements(of: "plugins")
        // An element that failed to decode is missing, and the places no longer match.
        guard elements.count == plugins.count else { return }
        for (index, plugin) in plugins.enumerated() {
            guard let first = plugins[..<index].firstIndex(where: { $0.path == plugin.path })
            else { continue }
            let note = Diagnostic.Note("first listed here", at: elements[first].span)
            let message = "`plugins` lists \(plugin.path) twice"
            object.report(.listedTwice, message, at: elements[index].span, notes: [note])
        }
    }

    private func checkRoute(
        _ route: String,
        to name: String,
        of kind: ModelConfig.Kind,
        _ models: [String: ModelConfig]
    ) {
        let place = object.span(of: "routes", route, "model")
        let names = object.entries(of: "models").map(\.key)
        guard names.contains(name) else {
            let meant = EditDistance.closest(to: name, among: names)
            let help = meant.map { "did you mean `\($0)`?" }
            let known = "the models are \(names.joined(separator: ", "))"
            let message = "`\(route)` names the model `\(name)`, which does not exist"
            return object.report(.unknownModel, message, at: place, help: help ?? known)
        }
        guard let model = models[name], model.kind != kind else { return }
        let note = Diagnostic.Note("its kind", at: object.span(of: "models", name, "kind"))
        let message = "`\(route)` needs a model of kind `\(kind)`, `\(name)` is of `\(model.kind)`"
        object.report(.wrongKind, message, at: place, notes: [note])
    }
}
