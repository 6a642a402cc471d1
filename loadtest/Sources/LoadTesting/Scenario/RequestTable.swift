// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore

/// The requests of a run, written before it starts; every arrival sends one of them.
package struct RequestTable: Sendable {
    /// Names of the scenario's requests.
    package let routes: [String]
    /// The requests, in the shares the scenario asks for.
    package let requests: [PreparedRequest]

    /// How many are prepared unless told: far more than any cache of one line holds.
    package static let varietyDefault = 4_096

    /// Prepares requests for a target.
    ///
    /// - Throws: `LoadTestError` when a store has no product, or the requests are too many bytes.
    package init(
        _ scenario: Scenario,
        target: Target,
        products: [String],
        seed: UInt64,
        variety: Int = varietyDefault
    ) throws {
        var writer = RequestWriter(scenario, target, products, seed)
        let total = scenario.requests.reduce(0) { $0 + $1.weight }
        var prepared: [PreparedRequest] = []
        var byteCount = 0
        var passed = 0.0
        for (route, template) in scenario.requests.enumerated() {
            passed += template.weight
            let end = max(Int((passed / total * Double(variety)).rounded()), prepared.count + 1)
            while prepared.count < end {
                let (bytes, check) = try writer.write(template)
                byteCount += bytes.readableBytes
                guard byteCount <= ScenarioLimits.preparedBytes else {
                    throw LoadTestError.requestsTooLarge(count: prepared.count)
                }
                prepared.append(PreparedRequest(bytes: bytes, route: route, check: check))
            }
        }
        routes = scenario.requests.map(\.name)
        requests = prepared
    }
}

/// Why a run cannot begin.
package enum LoadTestError: Error, CustomStringConvertible {
    /// The prepared requests would fill the memory.
    case requestsTooLarge(count: Int)
    /// Fewer products than a cart's lines.
    case tooFewProducts(count: Int, lines: Int)
    /// A file of arrival times that is none; line 0 is the whole file.
    case badTrace(_ path: String, line: Int, _ reason: String)

    /// What went wrong, in one line.
    package var description: String {
        switch self {
        case .requestsTooLarge(let count):
            "\(count) prepared requests are already \(ScenarioLimits.preparedBytes >> 20) MiB; "
                + "ask for less variety or smaller carts"
        case .tooFewProducts(let count, let lines):
            "a cart of \(lines) different products needs a store with more than \(count)"
        case .badTrace(let path, let line, let reason):
            line == 0 ? "\(path): \(reason)" : "\(path):\(line): \(reason)"
        }
    }
}
