// SPDX-License-Identifier: Apache-2.0

/// A value of the settings.
enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The number's own text, so that decimals stay exact.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value as an error shows it.
    var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text): text
        case .string(let text): "\"\(text)\""
        case .array: "an array"
        case .object: "an object"
        }
    }
}
