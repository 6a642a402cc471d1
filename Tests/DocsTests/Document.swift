// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// A Markdown file.
struct Document {
    /// The content of a fenced block.
    struct Block {
        /// Line of its opening fence, counted from 1.
        let line: Int
        let text: String
    }

    private let lines: [String]

    init(_ path: String) throws {
        lines = try Repository.lines(path)
    }

    /// The targets of inline links outside fenced blocks.
    var links: [String] {
        prose.flatMap { line in
            line.matches(of: /\]\(([^()\s]+)\)/).map { String($0.output.1) }
        }
    }

    /// What the document says `make` can do, in code spans and shell blocks.
    var makeTargets: [String] {
        let spans = prose.flatMap { $0.matches(of: /`make ([a-z]+)/).map { String($0.output.1) } }
        let commands = (blocks(of: "sh") + blocks(of: "console")).flatMap { block in
            block.text.matches(of: /(?m)^(?:\$ )?make ([a-z]+)/).map { String($0.output.1) }
        }
        return spans + commands
    }

    /// The fenced blocks with exactly this info string.
    func blocks(of info: String) -> [Block] {
        var found: [Block] = []
        var open: (line: Int, info: String, text: [String])?
        for (index, line) in lines.enumerated() {
            let fence = line.drop { $0 == " " }
            if let current = open {
                if fence.hasPrefix("```") {
                    if current.info == info {
                        found.append(
                            Block(line: current.line, text: current.text.joined(separator: "\n"))
                        )
                    }
                    open = nil
                } else {
                    open?.text.append(line)
                }
            } else if fence.hasPrefix("```") {
                open = (index + 1, fence.dropFirst(3).trimmingPrefix(" ").description, [])
            }
        }
        return found
    }

    private var prose: [String] {
        var isInside = false
        return lines.filter { line in
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isInside.toggle() }
            return !isInside && !isFence
        }
    }
}
