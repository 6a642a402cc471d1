// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayConfig
import GatewayCore

extension ForcedVersions {
    /// What the config says of them; nil when nobody may force one.
    ///
    /// - Throws: `GatewayFault` naming the file of the key.
    static func load(_ config: ForcedVersionsConfig) throws -> ForcedVersions? {
        try config.keyFile.map { ForcedVersions(key: try ForcedVersionKey.read($0)) }
    }
}

/// The key that testers sign forced versions with, in a file of its own.
enum ForcedVersionKey {
    /// A key that nobody guesses has as many bytes as its digest.
    private static let bytesMinimum = 32
    /// Far more than a key; a file that is none is not read whole.
    private static let bytesMaximum = 4_096

    /// Reads the file without the line break at its end.
    ///
    /// - Throws: `GatewayFault` naming the file.
    static func read(_ path: String) throws -> [UInt8] {
        let bytes: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: bytesMaximum + 1) ?? Data()
        } catch {
            throw GatewayFault(path, "cannot be read: \(error.localizedDescription)")
        }
        let key = Array(bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        guard (bytesMinimum...bytesMaximum).contains(key.count) else {
            throw GatewayFault(
                path,
                "has a first line of \(key.count) bytes, a key has \(bytesMinimum) to \(bytesMaximum)"
            )
        }
        return key
    }
}
