// SPDX-License-Identifier: Apache-2.0
import Digests

/// Everything known of a plugin file without running it.
package struct PluginInspection: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The file as it was named.
    package let path: String
    /// Its size.
    package let sizeBytes: Int
    /// Lower-case SHA-256 of its bytes.
    package let sha256: String
    /// What it says of itself.
    package let note: PluginNote
    /// Exported names that begin with `sluice_`; exactly the entry point in a sound plugin.
    package let exportedSymbols: [String]
    /// Undefined names that begin with `sluice_`; none in a sound plugin.
    package let undefinedSymbols: [String]
    /// Libraries it needs.
    package let neededLibraries: [String]
    /// Folders it searches for them.
    package let searchPaths: [String]

    /// The one symbol a plugin exports.
    package static let entryPoint = "sluice_plugin_register"

    /// Reads bytes as the shared object they claim to be; `digest` is theirs.
    ///
    /// - Throws: `PluginError` naming `path`.
    package init(
        bytes: UnsafeRawBufferPointer,
        digest: SHA256Digest,
        path: String
    ) throws(PluginError) {
        let image = try ELFImage(ByteReader(bytes: bytes), path: path)
        guard let descriptor = image.notes.first else {
            throw PluginError(.noNote, path, "no .note.sluice note: not a Sluice plugin")
        }
        guard image.notes.count == 1 else {
            throw PluginError(
                .invalidNote,
                path,
                "\(image.notes.count) .note.sluice notes, expected one"
            )
        }
        self.path = path
        sizeBytes = bytes.count
        sha256 = digest.hex
        note = try PluginNote(descriptor, path: path)
        exportedSymbols = image.dynamic.exported
        undefinedSymbols = image.dynamic.undefined
        neededLibraries = image.dynamic.needed
        searchPaths = image.dynamic.searchPaths
    }

    /// Throws the first reason why this host would not load the plugin.
    ///
    /// - Throws: `wrongABI`, `missingEntryPoint` or `unresolvedSymbol`.
    package func requireLoadable() throws(PluginError) {
        try note.requireCompatibleABI(path: path)
        guard exportedSymbols.contains(Self.entryPoint) else {
            throw PluginError(.missingEntryPoint, path, "does not export \(Self.entryPoint)")
        }
        guard undefinedSymbols.isEmpty else {
            throw PluginError(
                .unresolvedSymbol,
                path,
                "expects \(undefinedSymbols.joined(separator: ", ").printable) from the host: "
                    + "everything crosses in function tables"
            )
        }
    }

    /// A readable report, one fact a line.
    package var description: String {
        facts.map { label, value in
            label.padded(to: 11) + (value.isEmpty ? "-" : value.printable)
        }
        .joined(separator: "\n")
    }

    private var facts: [(label: String, value: String)] {
        func list(_ names: [String]) -> String { names.joined(separator: ", ") }
        return [
            ("file", path),
            ("size", "\(sizeBytes) bytes"),
            ("sha256", sha256),
            ("plugin", "\(note.name) \(note.version)"),
            ("abi", "\(note.abi) (host \(PluginNote.hostABI))"),
            ("kinds", list(note.kinds.map(\.name))),
            ("requires", list(note.requiredCapabilities.names)),
            ("can use", list(note.optionalCapabilities.names)),
            ("toolchain", note.toolchain),
            ("exports", list(exportedSymbols)),
            ("undefined", list(undefinedSymbols)),
            ("needs", list(neededLibraries)),
            ("searches", list(searchPaths)),
        ]
    }
}

extension String {
    /// The text with everything a terminal would act on replaced: names in a file may be hostile.
    var printable: String {
        String(unicodeScalars.map { Self.isActedOn($0) ? "?" : Character($0) })
    }

    /// Controls, marks that reverse or hide text, and what ends a line.
    private static func isActedOn(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
