// SPDX-License-Identifier: Apache-2.0

extension ValueDecoder where Value == String {
    /// Text that is not empty.
    package static var string: ValueDecoder { matching("text that is not empty") { !$0.isEmpty } }

    /// Text that may be empty.
    package static var anyString: ValueDecoder { matching("text") { _ in true } }

    /// Printable ASCII without blanks: identifiers, salts, names used in URLs and metrics.
    package static var identifier: ValueDecoder {
        matching("printable ASCII without blanks") { text in
            !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    /// A file or folder; a relative one is resolved against the folder of the file it is in.
    package static var path: ValueDecoder {
        string.map { path, _, context in FilePath.absolute(path, relativeTo: context.file.folder) }
    }

    /// Text of which `isValid` holds; `expected` completes "`key` must be …".
    package static func matching(
        _ expected: String,
        isValid: @escaping (String) -> Bool
    ) -> ValueDecoder {
        scalar(expected) { text throws(ScalarFault) in
            guard isValid(text) else { throw .malformed() }
            return text
        }
    }
}

extension ValueDecoder where Value == Bool {
    /// `true` or `false`, and no other word for them.
    package static var boolean: ValueDecoder {
        scalar("true or false") { text throws(ScalarFault) in
            guard let value = Bool(text) else { throw .malformed() }
            return value
        }
    }
}

extension ValueDecoder where Value == Int {
    /// A decimal whole number in a range.
    package static func integer(in range: ClosedRange<Int>) -> ValueDecoder {
        scalar("a whole number from \(range.lowerBound) to \(range.upperBound)") {
            text throws(ScalarFault) in
            guard let value = try WholeNumber.parse(text) else { throw .outOfRange }
            guard range.contains(value) else { throw .outOfRange }
            return value
        }
    }
}

extension ValueDecoder where Value == Double {
    /// A finite decimal number in a range.
    package static func number(in range: ClosedRange<Double>) -> ValueDecoder {
        scalar("a number from \(range.lowerBound) to \(range.upperBound)") {
            text throws(ScalarFault) in
            let isDecimal = text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
            guard isDecimal, let value = Double(text) else { throw .malformed() }
            guard range.contains(value) else { throw .outOfRange }
            return value
        }
    }
}

extension ValueDecoder
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    package static func choice(_ type: Value.Type = Value.self) -> ValueDecoder {
        let words = Value.allCases.map(\.rawValue)
        return scalar("one of \(words.joined(separator: ", "))") { text throws(ScalarFault) in
            if let value = Value(rawValue: text) { return value }
            let meant = EditDistance.closest(to: text, among: words)
            throw .unknownChoice(help: meant.map { "did you mean `\($0)`?" })
        }
    }
}

/// Decimal whole numbers, strictly: no blanks, no plus sign, no leading zeros.
enum WholeNumber {
    /// Nil when the digits do not fit an `Int`.
    static func parse(_ text: some StringProtocol) throws(ScalarFault) -> Int? {
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed()
        }
        guard digits.first != "0" || digits.count == 1 else {
            throw .malformed(help: "write the number without leading zeros")
        }
        return Int(text)
    }
}

/// Paths as text: nothing here touches the file system.
package enum FilePath {
    /// An absolute path without `.` and `..`; a relative one begins at `folder`.
    package static func absolute(_ path: String, relativeTo folder: String) -> String {
        let joined = path.hasPrefix("/") ? path : folder + "/" + path
        var parts: [Substring] = []
        for part in joined.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
