// SPDX-License-Identifier: Apache-2.0

/// A model file was refused.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal it is.
    package enum Code: Hashable, Sendable {
        /// The bytes are not what the format asks for: cut short, damaged, or another format.
        case malformed
        /// A sound model that uses something no reader here computes exactly.
        case unsupported
        /// A count passes one of `TreeEnsembleLimits`.
        case tooLarge
    }

    /// Where in the file the reason stands.
    package enum Place: Hashable, Sendable, CustomStringConvertible {
        /// A byte, counted from 0.
        case byte(Int)
        /// A line, counted from 1.
        case line(Int)
        /// A JSON pointer (RFC 6901) and the byte it starts at.
        case pointer(String, byte: Int)
        /// A tree and a split or leaf of it, in the file's numbering.
        case node(Int, tree: Int)
        /// The file as a whole.
        case file

        /// The place in words.
        package var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .line(let number): "line \(number)"
            case .pointer(let pointer, let offset): "\(pointer) (byte \(offset))"
            case .node(let node, let tree): "tree \(tree), node \(node)"
            case .file: "the file"
            }
        }
    }

    /// What kind of refusal it is.
    package let code: Code
    /// What was found, and what was expected.
    package let message: String
    /// Where it was found.
    package let place: Place
    /// What the owner of the model can do about it.
    package let advice: String?

    /// An error of that kind at that place.
    package init(_ code: Code, _ message: String, at place: Place, advice: String? = nil) {
        self.code = code
        self.message = message
        self.place = place
        self.advice = advice
    }

    /// One line: the place, the reason, the way out.
    package var description: String {
        "\(place): \(message)" + (advice.map { "; \($0)" } ?? "")
    }
}
