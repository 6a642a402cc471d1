// SPDX-License-Identifier: Apache-2.0

/// What one check of the conformance kit found.
package struct CheckResult: Hashable, Sendable, Codable, CustomStringConvertible {
    /// How a check ended.
    package enum Outcome: String, Hashable, Sendable, Codable {
        case pass, warn, fail
    }

    /// What was checked.
    package let name: String
    /// How it ended.
    package let outcome: Outcome
    /// What was seen, in one line.
    package let text: String

    /// One finding.
    package init(_ name: String, _ outcome: Outcome, _ text: String) {
        self.name = name
        self.outcome = outcome
        self.text = text.printable
    }

    /// Outcome, name and text in columns.
    package var description: String {
        "\(outcome.rawValue.padded(to: 5))\(name.padded(to: 40)) \(text)"
    }
}
