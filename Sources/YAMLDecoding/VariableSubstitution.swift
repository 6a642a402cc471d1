// SPDX-License-Identifier: Apache-2.0

/// Replaces `${NAME}` and `${NAME:-default}` in one scalar; `$${` is a literal `${`.
///
/// It runs after parsing, so a value can never add keys or change the shape of the file.
struct VariableSubstitution {
    enum Fault: Error, Hashable {
        case unset(String)
        case malformed
    }

    let environment: [String: String]

    func apply(to text: String) throws(Fault) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstRange(of: "${") {
            let before = rest[..<dollar.lowerBound]
            rest = rest[dollar.upperBound...]
            if before.last == "$" {
                result += before.dropLast() + "${"
            } else {
                result += before
                result += try value(endingIn: &rest)
            }
        }
        return result + rest
    }

    private func value(endingIn rest: inout Substring) throws(Fault) -> String {
        guard let end = rest.firstIndex(of: "}") else { throw .malformed }
        let body = rest[..<end]
        rest = rest[rest.index(after: end)...]
        let separator = body.firstRange(of: ":-")
        let name = body[..<(separator?.lowerBound ?? body.endIndex)]
        guard Self.isName(name) else { throw .malformed }
        let found = environment[String(name)]
        guard let separator else {
            guard let found else { throw .unset(String(name)) }
            return found
        }
        // As in a shell, `:-` also replaces an empty value.
        return found.flatMap { $0.isEmpty ? nil : $0 } ?? String(body[separator.upperBound...])
    }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first)
        else { return false }
        return name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
