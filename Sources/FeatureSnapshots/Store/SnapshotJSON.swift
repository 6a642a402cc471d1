// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How snapshot documents are written as JSON: snake_case keys, sorted.
enum SnapshotJSON {
    /// No white space: equal values, equal bytes.
    static func canonical(_ value: some Encodable) throws -> Data {
        try encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value)
    }

    /// Indented, for people.
    static func readable(_ value: some Encodable) throws -> Data {
        try encoder([.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]).encode(value)
    }

    /// Reads a document; the error names the field.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from data: Data,
        file: String
    ) throws(SnapshotError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            throw SnapshotError(.malformed, error.summary, subject: file + error.place)
        } catch {
            throw SnapshotError(.malformed, "\(error)", subject: file)
        }
    }

    private static func encoder(_ format: JSONEncoder.OutputFormatting) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = format
        return encoder
    }
}

extension DecodingError {
    fileprivate var context: Context? {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context), .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }

    fileprivate var place: String {
        let path = context?.codingPath ?? []
        return path.reduce(into: "") { place, key in
            place += key.intValue.map { "[\($0)]" } ?? (place.isEmpty ? ":" : ".") + key.stringValue
        }
    }

    fileprivate var summary: String {
        if case .keyNotFound(let key, _) = self {
            return "the field \"\(key.stringValue)\" is missing"
        }
        return context?.debugDescription ?? "\(self)"
    }
}
