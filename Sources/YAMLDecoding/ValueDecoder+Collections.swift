// SPDX-License-Identifier: Apache-2.0

extension ValueDecoder {
    /// A mapping with known keys, read by `make`; unknown and duplicate keys are errors.
    ///
    /// `make` asks for every key it knows before it returns; it returns nil when a required one
    /// is not there.
    package static func object(_ make: @escaping (ObjectDecoder) -> Value?) -> ValueDecoder {
        ValueDecoder { node, context in
            guard let entries = context.entries(of: node) else { return nil }
            let object = ObjectDecoder(entries, at: node.span, context)
            let value = make(object)
            object.refuseUnknownKeys()
            return value
        }
    }

    /// A list of at least one element.
    package static func array<Element>(
        of element: ValueDecoder<Element>,
        allowsEmpty: Bool = false
    ) -> ValueDecoder where Value == [Element] {
        ValueDecoder { node, context in
            guard case .sequence(let nodes) = node.content else {
                context.reportKindOrEmpty(node, expected: "a list")
                return nil
            }
            if nodes.isEmpty, !allowsEmpty { context.reportNoEntries(node) }
            let name = context.key
            return nodes.enumerated().compactMap { index, node in
                context.naming("\(name)[\(index)]") { element.decode(node, context) }
            }
        }
    }

    /// A mapping whose keys are names of the user's own, at least one, each checked by `isValidKey`.
    package static func map<Element>(
        of element: ValueDecoder<Element>,
        keys expected: String = "a name",
        isValidKey: @escaping (String) -> Bool = { !$0.isEmpty }
    ) -> ValueDecoder where Value == [String: Element] {
        ValueDecoder { node, context in
            guard let entries = context.entries(of: node) else { return nil }
            if entries.isEmpty { context.reportNoEntries(node) }
            var values: [String: Element] = [:]
            for entry in entries {
                if !isValidKey(entry.key) {
                    let message = "the key `\(entry.key)` must be \(expected)"
                    context.report(.wrongType, message, at: entry.keySpan)
                }
                values[entry.key] = context.naming(entry.key) {
                    element.decode(entry.value, context)
                }
            }
            return values
        }
    }
}

extension DecodingContext {
    /// A mapping's entries with duplicates reported and dropped; nil when it is no mapping.
    func entries(of node: YAMLNode) -> [YAMLEntry]? {
        guard case .mapping(let entries) = node.content else {
            reportKindOrEmpty(node, expected: "a mapping")
            return nil
        }
        var firsts: [String: SourceSpan] = [:]
        return entries.filter { entry in
            guard let first = firsts[entry.key] else {
                firsts[entry.key] = entry.keySpan
                return true
            }
            let message = "the key `\(entry.key)` is given more than once"
            let note = Diagnostic.Note("first given here", at: first)
            report(.duplicateKey, message, at: entry.keySpan, notes: [note])
            return false
        }
    }

    func reportKindOrEmpty(_ node: YAMLNode, expected: String) {
        if node.isEmpty { reportEmpty(node) } else { reportKind(node, expected: expected) }
    }

    func reportNoEntries(_ node: YAMLNode) {
        report(.outOfRange, "\(subject) needs at least one entry", at: node.span)
    }
}
