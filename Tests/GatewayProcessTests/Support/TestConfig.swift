// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A gateway config, written where a test wants it.
struct TestConfig {
    /// A version of a model, in YAML's flow style.
    struct Version {
        var name: String
        var text: String
        var weight = 5_000
        /// Settings of its shadow role, in YAML's flow style.
        var shadow: String?

        static let listPrice = Version(name: "1", text: "{plugin: pricing, handler: list-price}")
        static let quantityBreak = Version(
            name: "2",
            text: "{plugin: pricing, handler: quantity-break}"
        )
        static let popular = Version(
            name: "1",
            text: "{plugin: recommendations, handler: popular}"
        )
        static let neighbours = Version(
            name: "2",
            text: "{plugin: recommendations, handler: neighbours}"
        )

        static func erratic(
            _ handler: String,
            _ settings: String,
            name: String = "2",
            execution: String = ""
        ) -> Version {
            Version(
                name: name,
                text: "{plugin: erratic, handler: \(handler), \(execution)settings: {\(settings)}}"
            )
        }
    }

    var snapshots: String
    var plugins = ["PricingPlugin", "RecommendationsPlugin", "ErraticPlugin"]
        .map(Products.plugin)
    var limits = "{}"
    /// Nobody is turned away because the machine is busy.
    var overload = "{shed_checkouts: false, shed_recommendations: false}"
    var linger = "0s"
    var drainTimeout = "60s"
    var restartTimeout = "120s"
    var eventLoops = 2
    /// Long, so that a busy machine never decides a test.
    var budget = "2s"
    var keep = 20
    var publishing = "{}"
    /// Stays open, so that a test sees it so.
    var breaker = "consecutive_failures: 3, open_minimum: 60s"
    var prices = [Version.listPrice, .quantityBreak]
    var recommendations = [Version.popular, .neighbours]

    var text: String {
        get throws {
            """
            server:
              host: 127.0.0.1
              port: 0
              event_loops: \(eventLoops)
              limits: \(limits)
              overload: \(overload)
              drain: {linger: \(linger), timeout: \(drainTimeout)}
              restart_timeout: \(restartTimeout)
            control: {host: 127.0.0.1, port: 0}
            log: {level: info, format: json}
            snapshots: {directory: \(snapshots), poll_interval: 20ms, keep: \(keep)}
            publishing: \(publishing)
            plugins: [\(try plugins.map(Self.line).joined(separator: ", "))]
            models:
            \(model("pricing", "price", prices))
            \(model("recommendations", "recommend", recommendations))
            routes:
              prices: {model: pricing, budget: \(budget)}
              recommendations: {model: recommendations, budget: \(budget)}

            """
        }
    }

    private static func line(_ plugin: String) throws -> String {
        "{path: \(plugin), sha256: \(try Products.sha256(of: plugin))}"
    }

    private func model(_ name: String, _ kind: String, _ versions: [Version]) -> String {
        let weights = versions.map { "\"\($0.name)\": \($0.weight)" }.joined(separator: ", ")
        let shadows = versions.compactMap { version in
            version.shadow.map { "\"\(version.name)\": \($0)" }
        }
        let shadowLine =
            shadows.isEmpty ? "" : "\n    shadows: {\(shadows.joined(separator: ", "))}"
        let entries = versions.map { "      \"\($0.name)\": \($0.text)\n" }.joined()
        return """
              \(name):
                kind: \(kind)
                stable: "1"
                split: {salt: \(name), layer: \(name)-layer, unit: [customer_id, session_id], weights: {\(weights)}}
                breaker: {\(breaker)}\(shadowLine)
                versions:
            \(entries)
            """
    }
}
