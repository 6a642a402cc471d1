// SPDX-License-Identifier: Apache-2.0

/// The settings of a model version: a JSON object with known keys.
///
/// Every getter answers nil for a key that is absent or null, and throws `invalidArgument` with the
/// key's path, what was expected and what was found.
public struct Settings: Sendable {
    private let path: String
    private let values: [String: JSONValue]

    /// Reads settings from JSON text; no text is an empty object.
    ///
    /// - Parameters:
    ///   - json: UTF-8 text of one JSON object.
    ///   - keys: every key the object may have.
    /// - Throws: `invalidArgument` naming the place for bad JSON, and the key for an unknown key.
    public init(json: UnsafeBufferPointer<UInt8>, keys: [String]) throws(HandlerError) {
        let value = json.isEmpty ? .object([:]) : try JSONReader.read(json)
        try self.init(value, path: "settings", keys: keys)
    }

    private init(_ value: JSONValue, path: String, keys: [String]) throws(HandlerError) {
        guard case .object(let values) = value else {
            throw Self.expected("an object", at: path, got: value)
        }
        if let unknown = values.keys.filter({ !keys.contains($0) }).min() {
            let known =
                keys.isEmpty ? "there are none" : "known are " + keys.joined(separator: ", ")
            throw HandlerError(.invalidArgument, "\(path).\(unknown): unknown key; \(known)")
        }
        self.path = path
        self.values = values
    }

    /// A nested object, which may hold the given keys only.
    public func section(_ key: String, keys: [String]) throws(HandlerError) -> Settings? {
        guard let value = value(key) else { return nil }
        return try Settings(value, path: "\(path).\(key)", keys: keys)
    }

    /// A whole number within a range.
    public func integer(
        _ key: String,
        in range: ClosedRange<Int64>
    ) throws(HandlerError) -> Int64? {
        guard let value = value(key) else { return nil }
        guard case .number(let text) = value, let number = Int64(text), range.contains(number)
        else { throw expected("a whole number in \(range)", key, value) }
        return number
    }

    /// A number within a range.
    public func number(
        _ key: String,
        in range: ClosedRange<Double>
    ) throws(HandlerError) -> Double? {
        guard let value = value(key) else { return nil }
        guard case .number(let text) = value, let number = Double(text), range.contains(number)
        else { throw expected("a number in \(range)", key, value) }
        return number
    }

    /// A decimal with at most two places, exact, in hundredths: 82.5 reads as 8250.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - range: what is allowed, in whole units.
    /// - Returns: the value in hundredths.
    /// - Throws: `invalidArgument` for another type, more places, an exponent, or out of range.
    public func hundredths(
        _ key: String,
        in range: ClosedRange<Int64>
    ) throws(HandlerError) -> Int64? {
        guard let value = value(key) else { return nil }
        guard case .number(let text) = value, let number = Self.hundredths(text),
            number >= range.lowerBound * 100, number <= range.upperBound * 100
        else { throw expected("a decimal with at most two places in \(range)", key, value) }
        return number
    }

    /// True or false.
    public func flag(_ key: String) throws(HandlerError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let flag) = value else { throw expected("true or false", key, value) }
        return flag
    }

    /// A text.
    public func text(_ key: String) throws(HandlerError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { throw expected("a text", key, value) }
        return text
    }

    /// One of the words an enumeration names.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of type: Choice.Type
    ) throws(HandlerError) -> Choice? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw expected("one of \(words)", key, value)
        }
        return choice
    }

    /// An array of numbers.
    public func numbers(_ key: String) throws(HandlerError) -> [Double]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else {
            throw expected("an array of numbers", key, value)
        }
        var numbers: [Double] = []
        for element in elements {
            guard case .number(let text) = element, let number = Double(text), number.isFinite
            else { throw expected("an array of numbers", key, element) }
            numbers.append(number)
        }
        return numbers
    }

    /// The error for a value that is well-formed but not allowed.
    ///
    /// - Parameters:
    ///   - what: what was expected, such as `one of 1, 5, 10`.
    ///   - key: the key at fault.
    /// - Returns: `invalidArgument` with the key's path and what was found.
    public func refusal(expected what: String, _ key: String) -> HandlerError {
        expected(what, key, values[key] ?? .null)
    }

    private func value(_ key: String) -> JSONValue? {
        if case .null? = values[key] { return nil }
        return values[key]
    }

    private func expected(_ what: String, _ key: String, _ value: JSONValue) -> HandlerError {
        Self.expected(what, at: "\(path).\(key)", got: value)
    }

    private static func expected(
        _ what: String,
        at path: String,
        got value: JSONValue
    ) -> HandlerError {
        HandlerError(.invalidArgument, "\(path): expected \(what), got \(value.summary)")
    }

    private static func hundredths(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first else { return nil }
        let places = parts.count == 2 ? parts[1] : ""
        guard places.count <= 2 else { return nil }
        return Int64(whole + places + String(repeating: "0", count: 2 - places.count))
    }
}
