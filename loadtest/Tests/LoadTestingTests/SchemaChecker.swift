// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Checks JSON against the part of JSON Schema that the report's schema uses.
struct SchemaChecker {
    private let root: [String: Any]

    init(_ schema: [String: Any]) { root = schema }

    /// What does not follow the schema, with its place.
    func faults(of value: Any) -> [String] { faults(of: value, root, "") }

    private func faults(of value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
            let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
            return definitions[name].map { faults(of: value, $0, place) } ?? ["no \(name)"]
        }
        if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
            return ["\(place) is none of \(words)"]
        }
        if let constant = schema["const"] as? Int, value as? Int != constant {
            return ["\(place) is not \(constant)"]
        }
        switch schema["type"] as? String {
        case "object": return objectFaults(value, schema, place)
        case "array":
            guard let items = value as? [Any] else { return ["\(place) is no list"] }
            let item = schema["items"] as? [String: Any] ?? [:]
            return items.flatMap { faults(of: $0, item, place + "[]") }
        case "string": return value is String ? [] : ["\(place) is no text"]
        case "boolean": return value is Bool ? [] : ["\(place) is not true or false"]
        case "number", "integer": return numberFaults(value, schema, place)
        default: return []
        }
    }

    private func objectFaults(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
        let names = (schema["propertyNames"] as? [String: [String]])?["enum"]
        return missing.map { "\(place).\($0) is missing" }
            + object.flatMap { key, value -> [String] in
                let path = "\(place).\(key)"
                if let names, !names.contains(key) { return ["\(path) is no such name"] }
                if let property = properties[key] { return faults(of: value, property, path) }
                if let other = schema["additionalProperties"] as? [String: Any] {
                    return faults(of: value, other, path)
                }
                return ["\(path) is not in the schema"]
            }
    }

    private func numberFaults(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        guard let number = value as? Double else { return ["\(place) is no number"] }
        if schema["type"] as? String == "integer", number != number.rounded() {
            return ["\(place) is not whole"]
        }
        if let minimum = schema["minimum"] as? Double, number < minimum {
            return ["\(place) is below \(minimum)"]
        }
        return []
    }
}
