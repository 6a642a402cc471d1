// SPDX-License-Identifier: Apache-2.0

import Yams

/// Parses text with Yams, keeping what Yams alone would lose.
///
/// Yams stops at the first duplicate key and shows one of its two places, and it replaces aliases
/// before anyone can count them. So both are disguised as private-use characters of equal width
/// before the parse, and revealed while the tree is built: every duplicate has both places, and
/// an alias is expanded only within `YAMLLimits.expandedNodes`.
struct YAMLParser {
    private let source: SourceText
    private var lines: [[Unicode.Scalar]]
    private var disguise = Disguise()

    init(_ source: SourceText) {
        self.source = source
        lines = source.lines.map { $0.map { $0 == "*" ? Disguise.asterisk : $0 } }
    }

    mutating func parse() throws(DiagnosticReport) -> YAMLNode {
        while true {
            do {
                return try tree()
            } catch let report as DiagnosticReport {
                throw report
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                if hideKey(at: context.mark) { continue }
                throw duplicateReport(names, context.mark)
            } catch {
                throw syntaxReport(error)
            }
        }
    }

    private func tree() throws -> YAMLNode {
        let text = lines.map(Disguise.string).joined(separator: "\n")
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        guard let root = try parser.singleRoot() else { return emptyRoot }
        // Nodes hold their anchors weakly; the parser owns them.
        return try withExtendedLifetime(parser) {
            var builder = YAMLTreeBuilder(source: source, disguise: disguise)
            return try builder.node(root, depth: 1)
        }
    }

    private var emptyRoot: YAMLNode {
        let span = SourceSpan(source: source, line: 1, column: 1, length: 1)
        return YAMLNode(content: .scalar(YAMLScalar(text: "", isPlain: true)), span: span)
    }

    /// Makes the key at `mark` unlike its duplicate; false when its text cannot be changed safely.
    private mutating func hideKey(at mark: Mark) -> Bool {
        let row = mark.line - 1
        guard lines.indices.contains(row) else { return false }
        var column = mark.column - 1
        if let quote = lines[row][safe: column], quote == "\"" || quote == "'" { column += 1 }
        guard let first = lines[row][safe: column], !Self.structural.contains(first),
            let hidden = disguise.hide(first)
        else { return false }
        lines[row][column] = hidden
        return true
    }

    private static let structural = Set("\"'\\&!|>{}[]:?,#%@`*-".unicodeScalars)

    private func duplicateReport(_ names: [String], _ mark: Mark) -> DiagnosticReport {
        let name = names.first.map(disguise.reveal) ?? ""
        let message = "the key `\(name)` is given more than once"
        return DiagnosticReport([Diagnostic(.duplicateKey, message, at: span(mark))])
    }

    private func syntaxReport(_ error: any Error) -> DiagnosticReport {
        guard let (context, problem, mark) = Self.parts(of: error) else {
            return DiagnosticReport([Diagnostic(.syntax, "the file is not YAML: \(error)", at: nil)]
            )
        }
        var diagnostic = Diagnostic(.syntax, "the file is not YAML: \(problem)", at: span(mark))
        if let context, context.mark.line != mark.line {
            diagnostic.notes = [.init(context.text, at: span(context.mark))]
        }
        if let place = missingColon(before: mark.line) {
            diagnostic.notes.append(.init("perhaps a `:` is missing here", at: place))
        }
        diagnostic.help = help(mark)
        return DiagnosticReport([diagnostic])
    }

    private static func parts(of error: any Error) -> (YamlError.Context?, String, Mark)? {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            (context, problem, mark)
        default: nil
        }
    }

    /// The first word of the closest line above that has text but no colon: YAML takes it for the
    /// beginning of a longer text, and stumbles only over the next line.
    private func missingColon(before line: Int) -> SourceSpan? {
        for number in (1..<max(1, line)).reversed() {
            let words = source.line(number).split(separator: " ").prefix { $0.first != "#" }
            guard let word = words.first else { continue }
            guard word.first != "-", !words.contains(where: { $0.contains(":") }) else {
                return nil
            }
            return SourceSpan(
                source: source,
                line: number,
                column: word.startIndex + 1,
                length: word.count
            )
        }
        return nil
    }

    private func help(_ mark: Mark) -> String? {
        let line = Disguise.string(source.line(mark.line))
        if line.contains("${") { return "inside [ ] and { } a variable needs quotes: \"${NAME}\"" }
        return line.contains("\t") ? "YAML is indented with blanks, never with tabs" : nil
    }

    private func span(_ mark: Mark) -> SourceSpan {
        let last = source.lines.count
        guard mark.line <= last else {
            let end = source.line(last).count + 1
            return SourceSpan(source: source, line: last, column: end, length: 1)
        }
        return SourceSpan(source: source, line: mark.line, column: mark.column, length: 1)
    }
}

extension Array {
    /// The element there, or nil outside the array.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
