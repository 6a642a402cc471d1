// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import LoadTesting
import YAMLDecoding

/// What is sent, and to whom.
struct ScenarioOptions: ParsableArguments {
    @Option(name: .long, help: "A scenario file (loadtest/README.md).")
    var scenario: String?

    @Option(name: .long, help: "The target, instead of the scenario's: http://127.0.0.1:8080.")
    var target: String?

    @Option(name: .long, help: "Without a scenario: the URL of the one request to send.")
    var url: String?

    @Option(name: .long, help: "Method of the request to --url.")
    var method: String?

    @Option(name: .long, help: "Body of the request to --url.")
    var body: String?

    @Option(
        name: .long,
        help: "A header field of the request to --url, as Name: value; repeatable."
    )
    var header: [String] = []

    func validate() throws {
        guard (scenario == nil) != (url == nil) else {
            throw ValidationError("give either --scenario or --url")
        }
        if url == nil, method != nil || body != nil || !header.isEmpty {
            throw ValidationError("--method, --body and --header belong to --url")
        }
        if url != nil, target != nil { throw ValidationError("--target belongs to --scenario") }
    }

    /// The scenario and its target; prints every mistake of the file and exits with 78.
    func load() throws -> (Scenario, Target) {
        if let url { return try plain(url) }
        let scenario = try decoded(scenario ?? "")
        if let target {
            guard let target = Target(url: target) else { throw Self.badURL(target) }
            return (scenario, target)
        }
        guard let target = scenario.target else {
            throw ValidationError("the scenario names no target; give --target")
        }
        return (scenario, target)
    }

    /// The scenario file's facts; nil without one.
    var facts: RunDescription.ScenarioFacts? {
        scenario.flatMap(RunDescription.ScenarioFacts.init(path:))
    }

    private func plain(_ url: String) throws -> (Scenario, Target) {
        guard let target = Target(url: url) else { throw Self.badURL(url) }
        let method = method ?? (body == nil ? "GET" : "POST")
        guard HTTPText.isToken(method) else { throw ValidationError("\(method) is no method") }
        let request = RequestTemplate(
            name: "request",
            kind: .http(method: method, path: target.path, body: body),
            headers: try headers()
        )
        return (Scenario(target: target, request: request), target)
    }

    private func headers() throws -> [String: String] {
        var fields: [String: String] = [:]
        for text in header {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            guard parts.count == 2, HTTPText.isToken(String(parts[0])),
                HTTPText.isFieldValue(value)
            else { throw ValidationError("`\(text)` is not a header field such as `Name: value`") }
            fields[String(parts[0])] = value
        }
        return fields
    }

    private func decoded(_ path: String) throws -> Scenario {
        do throws(DiagnosticReport) {
            return try Scenario.load(path: path, environment: ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write(
                DiagnosticRenderer.text(error.diagnostics, color: StandardError.takesColor)
            )
            throw ExitCode.badScenario
        }
    }

    private static func badURL(_ text: String) -> ValidationError {
        ValidationError("`\(text)` is not a URL such as http://127.0.0.1:8080/path")
    }
}
