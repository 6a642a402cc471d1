// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A parsed file: its text and its tree, not yet measured against a schema.
package struct YAMLFile: Sendable {
    /// The folder the file is in, absolute, against which its relative paths are resolved.
    package let folder: String
    /// The text.
    package let source: SourceText
    /// The value at the top.
    package let root: YAMLNode

    /// Reads and parses a file.
    ///
    /// - Throws: `DiagnosticReport` when it cannot be read, is too large, or is not YAML.
    package init(path: String) throws(DiagnosticReport) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
        try self.init(name: path, folder: folder, bytes: try Self.read(path))
    }

    /// Parses bytes that are already in memory; `name` is what diagnostics show.
    ///
    /// - Throws: `DiagnosticReport` when they are too many or not YAML.
    package init(name: String, folder: String = "/", bytes: [UInt8]) throws(DiagnosticReport) {
        guard bytes.count <= YAMLLimits.fileBytes else { throw Self.tooLarge(name) }
        self.folder = folder
        source = try SourceText(name: name, bytes: bytes)
        var parser = YAMLParser(source)
        root = try parser.parse()
    }

    private static func read(_ path: String) throws(DiagnosticReport) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            return Array(try file.read(upToCount: YAMLLimits.fileBytes + 1) ?? Data())
        } catch {
            let reason = (error as NSError).localizedFailureReason ?? error.localizedDescription
            let message = "cannot read `\(path)`: \(reason)"
            throw DiagnosticReport([Diagnostic(.unreadable, message, at: nil)])
        }
    }

    private static func tooLarge(_ name: String) -> DiagnosticReport {
        let message = "`\(name)` is larger than \(YAMLLimits.fileBytes) bytes"
        return DiagnosticReport([Diagnostic(.tooLarge, message, at: nil)])
    }
}

extension YAMLFile {
    /// The place of the value under a chain of keys, or of its closest ancestor that is there.
    package func span(at keys: String...) -> SourceSpan { span(at: keys) }

    /// The place of the value under a chain of keys, or of its closest ancestor that is there.
    package func span(at keys: [String]) -> SourceSpan {
        var span = root.span
        var node = root
        for key in keys {
            guard case .mapping(let entries) = node.content,
                let entry = entries.first(where: { $0.key == key })
            else { break }
            node = entry.value
            // A mapping begins at its first key, which says less than its own name.
            span = node.isScalar ? node.span : entry.keySpan
        }
        return span
    }

    /// The place of the last key itself, or of its closest ancestor that is there.
    package func keySpan(at keys: String...) -> SourceSpan { keySpan(at: keys) }

    /// The place of the last key itself, or of its closest ancestor that is there.
    package func keySpan(at keys: [String]) -> SourceSpan {
        var span = root.span
        var node = root
        for key in keys {
            guard case .mapping(let entries) = node.content,
                let entry = entries.first(where: { $0.key == key })
            else { break }
            (node, span) = (entry.value, entry.keySpan)
        }
        return span
    }
}

extension YAMLNode {
    var isScalar: Bool { if case .scalar = content { true } else { false } }
}
