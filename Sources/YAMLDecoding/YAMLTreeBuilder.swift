// SPDX-License-Identifier: Apache-2.0

import Yams

/// Turns Yams nodes into ours: aliases expanded and counted, keys text, tags refused.
struct YAMLTreeBuilder {
    let source: SourceText
    let disguise: Disguise
    private var anchors: [String: (node: YAMLNode, count: Int)] = [:]
    private var nodeCount = 0

    init(source: SourceText, disguise: Disguise) {
        self.source = source
        self.disguise = disguise
    }

    mutating func node(_ node: Node, depth: Int) throws(DiagnosticReport) -> YAMLNode {
        let countBefore = nodeCount
        let span = place(of: node)
        guard depth <= YAMLLimits.depth else {
            throw refusal(.tooDeep, "values are nested deeper than \(YAMLLimits.depth)", span)
        }
        if case .scalar(let scalar) = node, let name = aliasName(scalar) {
            return try alias(name, span)
        }
        try count(1, span)
        let result = YAMLNode(content: try content(node, span, depth), span: span)
        if let anchor = node.anchor {
            anchors[anchor.rawValue] = (result, nodeCount - countBefore)
        }
        return result
    }

    private mutating func content(
        _ node: Node,
        _ span: SourceSpan,
        _ depth: Int
    ) throws(DiagnosticReport) -> YAMLNode.Content {
        try refuseTag(node, span)
        switch node {
        case .scalar(let scalar):
            return .scalar(
                YAMLScalar(text: disguise.reveal(scalar.string), isPlain: scalar.style == .plain)
            )
        case .sequence(let sequence):
            var nodes: [YAMLNode] = []
            for element in sequence { nodes.append(try self.node(element, depth: depth + 1)) }
            return .sequence(nodes)
        case .mapping(let mapping):
            var entries: [YAMLEntry] = []
            for (key, value) in mapping { entries.append(try entry(key, value, depth)) }
            return .mapping(entries)
        case .alias:
            throw refusal(.unsupported, "an alias of nothing", span)
        }
    }

    private mutating func entry(
        _ key: Node,
        _ value: Node,
        _ depth: Int
    ) throws(DiagnosticReport) -> YAMLEntry {
        let span = place(of: key)
        guard case .scalar(let scalar) = key, aliasName(scalar) == nil, key.anchor == nil else {
            throw refusal(.unsupported, "a key must be plain text", span)
        }
        try refuseTag(key, span)
        let name = disguise.reveal(scalar.string)
        return YAMLEntry(key: name, keySpan: span, value: try node(value, depth: depth + 1))
    }

    private mutating func alias(
        _ name: String,
        _ span: SourceSpan
    ) throws(DiagnosticReport) -> YAMLNode {
        guard let (node, count) = anchors[name] else {
            let quoted = "to write text that begins with `*`, put it in quotes"
            throw refusal(
                .unsupported,
                "the alias `*\(name)` names no anchor above it",
                span,
                quoted
            )
        }
        try self.count(count, span)
        return node
    }

    private mutating func count(_ nodes: Int, _ span: SourceSpan) throws(DiagnosticReport) {
        nodeCount += nodes
        guard nodeCount <= YAMLLimits.expandedNodes else {
            let limit = YAMLLimits.expandedNodes
            throw refusal(
                .tooManyNodes,
                "the file has more than \(limit) values, aliases expanded",
                span
            )
        }
    }

    private func refuseTag(_ node: Node, _ span: SourceSpan) throws(DiagnosticReport) {
        let tag = node.tag.description
        let plain: [Tag.Name] = [.implicit, .nonSpecific, .str, .seq, .map]
        guard !plain.contains(where: { $0.rawValue == tag }) else { return }
        throw refusal(.unsupported, "the tag `\(tag)` is not supported", span)
    }

    private func aliasName(_ scalar: Node.Scalar) -> String? {
        guard scalar.style == .plain, scalar.string.unicodeScalars.first == Disguise.asterisk
        else { return nil }
        return String(disguise.reveal(scalar.string).dropFirst())
    }

    private func refusal(
        _ code: DiagnosticCode,
        _ message: String,
        _ span: SourceSpan,
        _ help: String? = nil
    ) -> DiagnosticReport {
        DiagnosticReport([Diagnostic(code, message, at: span, help: help)])
    }
}

extension YAMLTreeBuilder {
    private func place(of node: Node) -> SourceSpan {
        guard let mark = node.mark else {
            return SourceSpan(source: source, line: 1, column: 1, length: 1)
        }
        return SourceSpan(
            source: source,
            line: mark.line,
            column: mark.column,
            length: length(node, mark)
        )
    }

    /// Scalars the caret underlines: a scalar's token on its line, one character of anything else.
    private func length(_ node: Node, _ mark: Mark) -> Int {
        guard case .scalar(let scalar) = node else { return 1 }
        switch scalar.style {
        case .plain: return scalar.string.unicodeScalars.count
        case .singleQuoted, .doubleQuoted: return quotedLength(mark)
        default: return 1
        }
    }

    private func quotedLength(_ mark: Mark) -> Int {
        let token = source.line(mark.line).dropFirst(mark.column - 1)
        guard let quote = token.first else { return 1 }
        var isEscaped = false
        for (offset, scalar) in token.enumerated().dropFirst() {
            if scalar == quote, !isEscaped { return offset + 1 }
            isEscaped = scalar == "\\" && quote == "\"" && !isEscaped
        }
        return token.count
    }
}
