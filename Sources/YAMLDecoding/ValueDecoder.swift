// SPDX-License-Identifier: Apache-2.0

/// Says what a value must be and turns a node into it, or reports why it cannot.
package struct ValueDecoder<Value> {
    /// Decodes a node; nil after at least one error is in the context's log.
    package let decode: (YAMLNode, DecodingContext) -> Value?

    /// A decoder from its function.
    package init(_ decode: @escaping (YAMLNode, DecodingContext) -> Value?) {
        self.decode = decode
    }

    /// A decoder that goes on with this one's value; nil from `transform` needs an error reported.
    package func map<Other>(
        _ transform: @escaping (Value, SourceSpan, DecodingContext) -> Other?
    ) -> ValueDecoder<Other> {
        ValueDecoder<Other> { node, context in
            decode(node, context).flatMap { transform($0, node.span, context) }
        }
    }
}

/// Why a scalar's text is not the value it should be.
package struct ScalarFault: Error {
    let code: DiagnosticCode
    let help: String?

    /// The text is not of the type at all.
    package static func malformed(help: String? = nil) -> ScalarFault {
        ScalarFault(code: .wrongType, help: help)
    }

    /// The text is of the type, its value outside the range.
    package static let outOfRange = ScalarFault(code: .outOfRange, help: nil)

    /// The text is none of the known words.
    package static func unknownChoice(help: String?) -> ScalarFault {
        ScalarFault(code: .unknownChoice, help: help)
    }
}

extension ValueDecoder {
    /// A value of one scalar: variables are replaced, then `parse` reads the text.
    ///
    /// `expected` completes the message "`port` must be …".
    package static func scalar(
        _ expected: String,
        parse: @escaping (String) throws(ScalarFault) -> Value
    ) -> ValueDecoder {
        ValueDecoder { node, context in
            guard let scalar = context.scalar(node, expected: expected),
                let text = context.substituted(scalar, at: node.span)
            else { return nil }
            do throws(ScalarFault) {
                return try parse(text)
            } catch {
                // The file's own words: a variable may hold a secret.
                let message = "\(context.subject) must be \(expected), found `\(scalar.text)`"
                context.report(error.code, message, at: node.span, help: error.help)
                return nil
            }
        }
    }
}

extension DecodingContext {
    /// The node as a scalar with something in it; nil after reporting what else it is.
    func scalar(_ node: YAMLNode, expected: String) -> YAMLScalar? {
        guard !node.isEmpty else {
            reportEmpty(node)
            return nil
        }
        guard case .scalar(let scalar) = node.content else {
            reportKind(node, expected: expected)
            return nil
        }
        return scalar
    }

    func reportEmpty(_ node: YAMLNode) {
        let help = "give it a value or remove the key"
        report(.wrongType, "\(subject) has no value", at: node.span, help: help)
    }

    func reportKind(_ node: YAMLNode, expected: String) {
        let message = "\(subject) must be \(expected), found \(node.kind)"
        report(.wrongType, message, at: node.span)
    }
}

extension YAMLNode {
    /// What stands there, as messages say it.
    var kind: String {
        switch content {
        case .scalar(let scalar): "`\(scalar.text)`"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
