// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A file as `sha256sum` writes it: a hash, two blanks or ` *`, and a file's path on each line.
package struct ChecksumFile: Sendable {
    /// Bytes in a checksum file: thousands of plugins.
    private static let bytesMax = 1 << 20

    private let path: String
    private let entries: [(hex: String, name: String)]

    /// Reads a checksum file.
    ///
    /// - Throws: `ChecksumError` when it cannot be read or a line is of another shape.
    package init(path: String) throws(ChecksumError) {
        self.path = path
        var entries: [(hex: String, name: String)] = []
        for (index, line) in try Self.lines(path).enumerated() where !line.isEmpty {
            guard let entry = Self.entry(line) else {
                let expected = "expected 64 hex digits, two blanks and a file name"
                throw ChecksumError(description: "\(path):\(index + 1): \(expected)")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// The hash of the file of that name, in lower-case hex; its folder does not matter.
    ///
    /// - Throws: `ChecksumError` when there is no line for it, or lines that disagree.
    package func hex(of file: String) throws(ChecksumError) -> String {
        let name = Self.name(file[...])
        let found = Set(entries.filter { $0.name == name }.map(\.hex))
        guard let hex = found.first else {
            throw ChecksumError(description: "\(path) has no line for \(name)")
        }
        guard found.count == 1 else {
            throw ChecksumError(description: "\(path) has different hashes for \(name)")
        }
        return hex
    }

    private static func lines(_ path: String) throws(ChecksumError) -> [Substring] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let bytes = try file.read(upToCount: bytesMax) ?? Data()
            return String(decoding: bytes, as: UTF8.self)
                .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        } catch {
            let reason = (error as NSError).localizedFailureReason ?? error.localizedDescription
            throw ChecksumError(description: "cannot read \(path): \(reason)")
        }
    }

    private static func entry(_ line: Substring) -> (hex: String, name: String)? {
        guard let match = line.wholeMatch(of: /([0-9a-fA-F]{64}) [ *](.+)/) else { return nil }
        return (match.1.lowercased(), name(match.2))
    }

    private static func name(_ path: Substring) -> String {
        String(path.split(separator: "/").last ?? path)
    }
}

/// Why a checksum file does not tell a plugin's hash.
package struct ChecksumError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line that names the file and the place.
    package let description: String
}

extension PluginConfig {
    /// What the plugin's SHA-256 must be, in lower-case hex; reads the checksum file if there is one.
    ///
    /// - Throws: `ChecksumError` when the checksum file does not tell it.
    package func expectedSHA256() throws(ChecksumError) -> String {
        switch checksum {
        case .hex(let hex): hex
        case .file(let file): try ChecksumFile(path: file).hex(of: path)
        }
    }
}
