// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The files of the repository this test was built from.
package enum Repository {
    /// Folders that are built, not written.
    private static let skipped = [".git", ".sluice"]

    /// The folder with Package.swift.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Paths below a folder, relative to the root, of files with one of the extensions; in order.
    package static func files(in folder: String = "", extensions: String...) -> [String] {
        let start = folder.isEmpty ? root : root + "/" + folder
        guard let walk = FileManager.default.enumerator(atPath: start) else { return [] }
        var found: [String] = []
        while let path = walk.nextObject() as? String {
            if skipped.contains(path) || path.hasPrefix(".build") {
                walk.skipDescendants()
            } else if extensions.contains((path as NSString).pathExtension) {
                found.append(folder.isEmpty ? path : folder + "/" + path)
            }
        }
        return found.sorted()
    }

    /// The text of a file.
    ///
    /// - Throws: when it cannot be read.
    package static func text(_ path: String) throws -> String {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }

    /// The lines of a file.
    ///
    /// - Throws: when it cannot be read.
    package static func lines(_ path: String) throws -> [String] {
        try text(path).components(separatedBy: "\n")
    }

    /// Whether a file or folder is there.
    package static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root + "/" + path)
    }
}
