// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Every declaration other targets can see says what it is.
struct DocumentationTests {
    private static let kinds = [
        "func", "var", "let", "init", "struct", "class", "enum", "protocol", "actor", "typealias",
        "subscript", "case",
    ]

    @Test func everyDeclarationOthersSeeIsDocumented() throws {
        for path in ["Sources", "loadtest/Sources"].flatMap({
            Repository.files(in: $0, extensions: "swift")
        }) {
            let file = try SourceFile(path)
            for (number, text) in file.numbered
            where isDeclaration(text) && !isDocumented(file, number - 1) {
                Issue.record("\(file.place(number)) has no doc comment: \(text)")
            }
        }
    }

    private func isDeclaration(_ text: String) -> Bool {
        let words = text.split { " (<:".contains($0) }.map(String.init)
        guard let access = words.firstIndex(where: { ["package", "public"].contains($0) }),
            words[..<access].allSatisfy({ $0.hasPrefix("@") || ["final", "static"].contains($0) })
        else { return false }
        let rest = words[(access + 1)...]
        return !rest.contains("override") && !rest.contains("import")
            && rest.contains(where: { Self.kinds.contains($0) || $0.hasPrefix("init") })
    }

    /// A doc comment right above, attributes between allowed.
    private func isDocumented(_ file: SourceFile, _ index: Int) -> Bool {
        var line = index - 1
        while line >= 0, file.lines[line].drop(while: { $0 == " " }).hasPrefix("@") { line -= 1 }
        return line >= 0 && file.lines[line].drop { $0 == " " }.hasPrefix("///")
    }
}
