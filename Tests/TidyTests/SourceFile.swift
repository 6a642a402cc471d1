// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// A source file as lines.
struct SourceFile {
    let path: String
    let lines: [String]

    init(_ path: String) throws {
        self.init(path, lines: try Repository.lines(path))
    }

    init(_ path: String, lines: [String]) {
        self.path = path
        self.lines = lines
    }

    /// Every Swift and C file of the product, its plugins and its load tester.
    static func product() throws -> [SourceFile] {
        try ["Sources", "plugins", "loadtest"].flatMap {
            Repository.files(in: $0, extensions: "swift", "c", "h")
        }
        .filter { !$0.contains("/Tests/") }.map(SourceFile.init)
    }

    /// Every Swift and C file there is.
    static func all() throws -> [SourceFile] {
        try Repository.files(extensions: "swift", "c", "h").map(SourceFile.init)
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// Lines with their numbers, counted from 1.
    var numbered: [(number: Int, text: String)] {
        lines.enumerated().map { ($0.offset + 1, $0.element) }
    }

    /// The modules imported, with or without an attribute before the import.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
                words[..<keyword].allSatisfy({
                    $0.hasPrefix("@") || $0 == "package" || $0 == "public"
                })
            else { return nil }
            return String(words[keyword + 1])
        }
    }

    /// Where a line is, for a message.
    func place(_ number: Int) -> String { "\(path):\(number)" }
}
