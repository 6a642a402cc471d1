// SPDX-License-Identifier: Apache-2.0

/// Finds functions by their first line and the closing brace at its depth.
///
/// swift-format makes this exact: a body ends at the first line of the same indent that is a brace.
struct FunctionScanner {
    /// A function and how many lines it takes, its braces included.
    struct Function: CustomStringConvertible {
        let place: String
        let lineCount: Int

        var description: String { "\(place) has \(lineCount) lines" }
    }

    private let file: SourceFile

    init(_ file: SourceFile) { self.file = file }

    var functions: [Function] {
        file.lines.indices.compactMap { start in
            guard isDeclaration(file.lines[start]), let end = end(of: start) else { return nil }
            return Function(place: file.place(start + 1), lineCount: end - start + 1)
        }
    }

    private func isDeclaration(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return words.contains("func") || words.contains { $0.hasPrefix("init(") || $0 == "deinit" }
    }

    private func end(of start: Int) -> Int? {
        let indent = Self.indent(file.lines[start])
        if file.lines[start].hasSuffix("}") { return start }
        for index in file.lines.indices[(start + 1)...] {
            let line = file.lines[index]
            guard !line.isEmpty, Self.indent(line) <= indent else { continue }
            if line.dropFirst(indent).first == "}" { return index }
            let isHeadContinued = line.dropFirst(indent).first == ")" || line.hasSuffix("{")
            if Self.indent(line) < indent || !isHeadContinued { return nil }
        }
        return nil
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }
}
