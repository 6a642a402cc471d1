// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A folder of one test, removed with it, or when the tests end if it belongs to a shared gateway.
final class TemporaryFolder: Sendable {
    private static let present = Mutex(Set<String>())
    private static let removeAtExit: Void = {
        atexit { TemporaryFolder.present.withLock { $0.forEach(TemporaryFolder.remove) } }
    }()

    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "sluice-process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
        _ = Self.removeAtExit
        Self.present.withLock { [path] in _ = $0.insert(path) }
    }

    deinit {
        Self.present.withLock { _ = $0.remove(path) }
        Self.remove(path)
    }

    private static func remove(_ path: String) {
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
