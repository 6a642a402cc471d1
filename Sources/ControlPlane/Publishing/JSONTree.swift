// SPDX-License-Identifier: Apache-2.0

/// Any JSON, for comparing replies.
enum JSONTree: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// Exact: ids go beyond what a Double holds.
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// Where and how `found` lacks what this wants; nil when it has it all.
    ///
    /// An object may have more members than wanted; everything else is equal or different.
    func difference(from found: JSONTree, at pointer: String = "") -> String? {
        switch (self, found) {
        case (.object(let wanted), .object(let found)):
            for (key, value) in wanted.sorted(by: { $0.key < $1.key }) {
                let place = pointer + "/" + key
                guard let other = found[key] else { return "\(place): expected \(value), got none" }
                if let difference = value.difference(from: other, at: place) { return difference }
            }
            return nil
        case (.array(let wanted), .array(let found)) where wanted.count == found.count:
            return zip(wanted, found).enumerated().lazy
                .compactMap { $1.0.difference(from: $1.1, at: "\(pointer)/\($0)") }.first
        default:
            return self == found ? nil : "\(pointer): expected \(self), got \(found)"
        }
    }
}

extension JSONTree: CustomStringConvertible {
    /// Short: what a line of a log has room for.
    var description: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text): "\"\(text.prefix(100))\""
        case .array(let elements): "an array of \(elements.count)"
        case .object(let members): "an object of \(members.count)"
        }
    }
}

extension JSONTree: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONTree].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
