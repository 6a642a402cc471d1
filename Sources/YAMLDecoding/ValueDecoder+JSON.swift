// SPDX-License-Identifier: Apache-2.0

extension ValueDecoder where Value == JSONValue {
    /// Anything, as JSON; plain scalars are typed by the core schema of YAML 1.2.
    package static var json: ValueDecoder {
        ValueDecoder { node, context in
            switch node.content {
            case .scalar(let scalar): CoreSchema.value(scalar, node.span, context)
            case .sequence(let nodes): array(nodes, context)
            case .mapping: object(node, context)
            }
        }
    }

    /// A mapping of anything, as JSON: settings whose schema belongs to someone else.
    package static var jsonObject: ValueDecoder {
        ValueDecoder { node, context in
            guard case .mapping = node.content else {
                context.reportKindOrEmpty(node, expected: "a mapping")
                return nil
            }
            return object(node, context)
        }
    }

    private static func array(_ nodes: [YAMLNode], _ context: DecodingContext) -> JSONValue {
        .array(nodes.compactMap { json.decode($0, context) })
    }

    private static func object(_ node: YAMLNode, _ context: DecodingContext) -> JSONValue? {
        context.entries(of: node).map { entries in
            let pairs = entries.map { entry in
                context.naming(entry.key) { (entry.key, json.decode(entry.value, context)) }
            }
            return .object(Dictionary(pairs) { first, _ in first }.compactMapValues { $0 })
        }
    }
}

/// The core schema of YAML 1.2 (§10.3.2), without the numbers JSON does not have.
private enum CoreSchema {
    static func value(
        _ scalar: YAMLScalar,
        _ span: SourceSpan,
        _ context: DecodingContext
    ) -> JSONValue? {
        guard let text = context.substituted(scalar, at: span) else { return nil }
        guard scalar.isPlain else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: return number(text, scalar, span, context)
        }
    }

    private static func number(
        _ text: String,
        _ scalar: YAMLScalar,
        _ span: SourceSpan,
        _ context: DecodingContext
    ) -> JSONValue? {
        if let digits = integerDigits(text) {
            if let value = Int64(digits.text, radix: digits.radix) { return .integer(value) }
        } else if isSpecial(text) || isFloat(text) {
            if let value = Double(text), value.isFinite { return .number(value) }
        } else {
            return .string(text)
        }
        let message = "\(context.subject) is no number JSON can hold, found `\(scalar.text)`"
        context.report(.outOfRange, message, at: span, help: "put it in quotes to keep it as text")
        return nil
    }

    private static func integerDigits(_ text: String) -> (text: String, radix: Int)? {
        if text.wholeMatch(of: /[-+]?[0-9]+/) != nil { return (text, 10) }
        if text.wholeMatch(of: /0o[0-7]+/) != nil { return (String(text.dropFirst(2)), 8) }
        if text.wholeMatch(of: /0x[0-9a-fA-F]+/) != nil { return (String(text.dropFirst(2)), 16) }
        return nil
    }

    private static func isFloat(_ text: String) -> Bool {
        text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil
    }

    private static func isSpecial(_ text: String) -> Bool {
        text.wholeMatch(of: /[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)/) != nil
    }
}
