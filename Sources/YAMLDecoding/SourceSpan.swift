// SPDX-License-Identifier: Apache-2.0

/// A place in a file: part of one line.
package struct SourceSpan: Sendable {
    /// The file.
    package let source: SourceText
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in Unicode scalars.
    package let column: Int
    /// Unicode scalars covered, at least 1.
    package let length: Int

    /// A place of `length` scalars, cut to the line it is on.
    package init(source: SourceText, line: Int, column: Int, length: Int) {
        self.source = source
        self.line = line
        self.column = column
        self.length = max(1, min(length, source.line(line).count - column + 1))
    }

    /// `file:line:column`, as editors and terminals link it.
    package var description: String { "\(source.name):\(line):\(column)" }
}

extension SourceSpan: Hashable, CustomStringConvertible {
    /// Whether both name the same place of a file of the same name.
    package static func == (left: SourceSpan, right: SourceSpan) -> Bool {
        left.source.name == right.source.name && left.line == right.line
            && left.column == right.column && left.length == right.length
    }

    /// Hashes the name and the position.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(source.name)
        hasher.combine(line)
        hasher.combine(column)
    }
}
