// SPDX-License-Identifier: Apache-2.0
import Foundation

extension ConfigChange {
    /// A change that was made, and what there was before.
    struct Applied: Hashable, Sendable {
        let path: String
        let before: Data
        let after: Data

        /// Puts back what there was, unless somebody else changed the file meanwhile.
        func undo() throws(ChaosError) {
            guard try ConfigChange.read(path) == after else {
                throw ChaosError("\(path) was changed by somebody else; it is left as it is")
            }
            try ConfigChange.write(before, to: path)
        }
    }

    /// What the file becomes.
    func contents() throws(ChaosError) -> Data {
        switch replacement {
        case .file(let other): return try Self.read(other)
        case .text(let find, let replacement):
            let text = String(decoding: try Self.read(path), as: UTF8.self)
            let parts = text.split(separator: find, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ChaosError("\(path) holds `\(find)` \(parts.count - 1) times, not once")
            }
            return Data(parts.joined(separator: replacement).utf8)
        }
    }

    /// Changes the file in one step.
    func apply() throws(ChaosError) -> Applied {
        let applied = Applied(path: path, before: try Self.read(path), after: try contents())
        try Self.write(applied.after, to: path)
        return applied
    }

    fileprivate static func read(_ path: String) throws(ChaosError) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ChaosError("\(path): \(error.localizedDescription)")
        }
    }

    fileprivate static func write(_ data: Data, to path: String) throws(ChaosError) {
        do {
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ChaosError("\(path): \(error.localizedDescription)")
        }
    }
}
