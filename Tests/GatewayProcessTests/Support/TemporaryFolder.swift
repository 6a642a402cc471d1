// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder of one test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "sluice-process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit {
        // Snapshot folders are read-only.
        let paths = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for entry in [path] + paths.map({ path + "/" + $0 }) { chmod(entry, 0o700) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Data(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: Data) throws -> String {
        let file = path + "/" + name
        try bytes.write(to: URL(filePath: file))
        return file
    }
}
