// SPDX-License-Identifier: Apache-2.0

/// Something a run must fulfil, such as `price.scheduled.p99 < 50ms` or
/// `version("3").service.p95 <= version("2").service.p95 * 1.10`.
package struct Assertion: Hashable, Sendable {
    /// What a value is compared with.
    enum Bound: Hashable, Sendable {
        /// A share, a rate, a count or milliseconds, as the value is.
        case limit(Double)
        /// Another value of the same run, so many times.
        case value(AssertedValue, factor: Double)
    }

    /// How an assertion fared.
    package struct Result: Hashable, Sendable, Encodable {
        /// The assertion as it was written.
        package let text: String
        /// Whether the run fulfils it; one that cannot be told is not fulfilled.
        package let isMet: Bool
        /// What the value is, or why there is none.
        package let detail: String
    }

    /// The assertion as it was written.
    package let text: String
    let value: AssertedValue
    let comparison: Comparison
    let bound: Bound

    /// Reads an assertion.
    ///
    /// - Throws: `AssertionError` with the place of the mistake.
    package init(_ text: String) throws(AssertionError) {
        var parser = AssertionParser(text)
        (value, comparison, bound) = try parser.parse()
        self.text = text
    }

    /// Whether a run fulfils it.
    package func judge(_ record: RunRecord) -> Result {
        do throws(AssertedValue.Missing) {
            let value = try value.value(in: record)
            let limit = try limit(in: record)
            var detail = "it is \(self.value.text(value))"
            if case .value = bound { detail += ", the bound \(self.value.text(limit))" }
            return Result(text: text, isMet: comparison.holds(value, limit), detail: detail)
        } catch {
            return Result(text: text, isMet: false, detail: error.reason)
        }
    }

    private func limit(in record: RunRecord) throws(AssertedValue.Missing) -> Double {
        switch bound {
        case .limit(let limit): return limit
        case .value(let other, let factor): return try other.value(in: record) * factor
        }
    }
}

/// A mistake in an assertion and its place.
package struct AssertionError: Error, Hashable, CustomStringConvertible {
    /// The assertion.
    package let text: String
    /// Where the mistake begins, in characters.
    package let offset: Int
    /// Characters of the mistake.
    package let length: Int
    /// What is wrong.
    package let message: String

    /// The message, the assertion and a caret below the mistake.
    package var description: String {
        let caret = String(repeating: " ", count: offset) + String(repeating: "^", count: length)
        return "\(message)\n    \(text)\n    \(caret)"
    }
}
