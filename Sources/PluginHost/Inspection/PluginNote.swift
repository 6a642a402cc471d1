// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What a plugin says of itself in its ELF note, without any of its code being run.
///
/// Source: sluice_plugin.h, "The note".
package struct PluginNote: Hashable, Sendable, Codable {
    /// The protocol version it was compiled with.
    package let abi: ABIVersion
    /// The plugin's name, `[a-z0-9-]+`.
    package let name: String
    /// The plugin's own version.
    package let version: String
    /// The compiler it was built with.
    package let toolchain: String
    /// The kinds of handler it registers.
    package let kinds: [HandlerKind]
    /// What it cannot work without.
    package let requiredCapabilities: CapabilitySet
    /// What it can use.
    package let optionalCapabilities: CapabilitySet

    /// The version this host was compiled with.
    package static let hostABI = ABIVersion(major: SLUICE_ABI_MAJOR, minor: SLUICE_ABI_MINOR)

    init(_ descriptor: ByteReader, path: String) throws(PluginError) {
        guard let major = descriptor.integer(UInt32.self, at: 0),
            let minor = descriptor.integer(UInt32.self, at: 4)
        else { throw Self.truncated(descriptor, path) }
        abi = ABIVersion(major: major, minor: minor)
        // Another major may lay the rest out differently.
        guard abi.major == Self.hostABI.major else { throw Self.wrongABI(abi, path) }
        guard let kinds = descriptor.integer(UInt32.self, at: 8),
            let required = descriptor.integer(UInt64.self, at: 16),
            let optional = descriptor.integer(UInt64.self, at: 24),
            let name = descriptor.slice(at: 32, size: 64),
            let version = descriptor.slice(at: 96, size: 32),
            let toolchain = descriptor.slice(at: 128, size: 64)
        else { throw Self.truncated(descriptor, path) }
        self.kinds = HandlerKind.allCases.filter { kinds & $0.bit != 0 }
        requiredCapabilities = CapabilitySet(rawValue: required)
        optionalCapabilities = CapabilitySet(rawValue: optional)
        self.name = try Self.text(name, "plugin name", path)
        self.version = try Self.text(version, "plugin version", path)
        self.toolchain = try Self.text(toolchain, "toolchain", path)
        guard PluginName.isValid(self.name.utf8) else {
            throw PluginError(.invalidNote, path, "the note's plugin name is not [a-z0-9-]+")
        }
    }

    /// Throws unless a plugin of this version can be loaded by this host.
    func requireCompatibleABI(path: String) throws(PluginError) {
        guard abi.major == Self.hostABI.major, abi.minor <= Self.hostABI.minor else {
            throw Self.wrongABI(abi, path)
        }
    }

    private static func wrongABI(_ abi: ABIVersion, _ path: String) -> PluginError {
        PluginError(
            .wrongABI,
            path,
            "built for plugin ABI \(abi), this host speaks \(hostABI): "
                + "the major must be equal and the minor not above the host's"
        )
    }

    private static func truncated(_ descriptor: ByteReader, _ path: String) -> PluginError {
        PluginError(
            .truncatedNote,
            path,
            "the .note.sluice note has \(descriptor.bytes.count) bytes, "
                + "expected \(MemoryLayout<sluice_note>.size)"
        )
    }

    /// NUL-padded printable ASCII: the text reaches terminals and logs.
    private static func text(
        _ field: ByteReader,
        _ name: String,
        _ path: String
    ) throws(PluginError) -> String {
        let bytes = field.bytes.prefix { $0 != 0 }
        guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw PluginError(.invalidNote, path, "the note's \(name) is not printable ASCII")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The rule for names of plugins and handlers.
enum PluginName {
    static func isValid(_ name: some Collection<UInt8>) -> Bool {
        (1...Limits.nameBytesMax).contains(name.count)
            && name.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
