// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// A plugin to load.
package struct PluginConfig: Hashable, Sendable, Encodable {
    /// Where the plugin's SHA-256 is written down.
    package enum Checksum: Hashable, Sendable, Encodable {
        /// 64 lower-case hex digits.
        case hex(String)
        /// A file in the format of `sha256sum`, absolute, with a line for the plugin's file name.
        case file(String)
    }

    /// The shared object, absolute.
    package let path: String
    /// What its SHA-256 must be before it is loaded.
    package let checksum: Checksum

    init?(_ object: ObjectDecoder) {
        let path = object.required("path", .path)
        let hex = object.optional("sha256", .sha256)
        let file = object.optional("sha256_file", .path)
        let checksum = hex.map(Checksum.hex) ?? file.map(Checksum.file)
        Self.requireOneChecksum(object)
        guard let path, let checksum else { return nil }
        self.path = path
        self.checksum = checksum
    }

    private static func requireOneChecksum(_ object: ObjectDecoder) {
        let help = "make a checksum file with `sha256sum lib*Plugin.so > plugins.sha256`"
        switch (object.has("sha256"), object.has("sha256_file")) {
        case (false, false):
            let message = "a plugin needs `sha256` or `sha256_file`"
            object.report(.checksum, message, at: object.span, help: help)
        case (true, true):
            let note = Diagnostic.Note("the other one", at: object.keySpan(of: "sha256"))
            let message = "a plugin takes `sha256` or `sha256_file`, not both"
            let place = object.keySpan(of: "sha256_file")
            object.report(.checksum, message, at: place, notes: [note])
        default: break
        }
    }
}

extension ValueDecoder where Value == String {
    /// A SHA-256 in hex, in lower case.
    static var sha256: ValueDecoder {
        matching("64 hex digits") { $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) }
            .map { text, _, _ in text.lowercased() }
    }
}
