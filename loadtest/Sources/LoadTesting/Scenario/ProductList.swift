// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation

/// The product keys of a store.
package enum ProductList {
    /// Reads the keys where the store says they are.
    ///
    /// - Throws: `SnapshotError` when the snapshot is not there or not sound.
    package static func keys(of products: StoreProfile.Products) throws -> [String] {
        switch products {
        case .list(let keys): keys
        case .snapshot(let path): try keys(inSnapshot: path)
        }
    }

    private static func keys(inSnapshot path: String) throws -> [String] {
        let snapshot = try open(path)
        guard let entity = snapshot.entity(named: "product") else {
            throw SnapshotError(.notFound, "the snapshot has no entity `product`", subject: path)
        }
        return try snapshot.keys(of: entity, having: "list_price")
    }

    private static func open(_ path: String) throws -> FeatureSnapshot {
        let manifest = path + "/" + SnapshotFormat.manifestFile
        guard FileManager.default.fileExists(atPath: manifest) else {
            return try SnapshotStore(directory: path).openCurrent()
        }
        let folder = URL(filePath: path).standardizedFileURL
        guard let id = SnapshotID(folder.lastPathComponent) else {
            throw SnapshotError(.notFound, "the folder's name is no snapshot id", subject: path)
        }
        return try SnapshotStore(directory: folder.deletingLastPathComponent().path).open(id)
    }
}
