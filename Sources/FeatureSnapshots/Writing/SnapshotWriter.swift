// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Glibc

/// Builds one snapshot: entities and blobs in any order, each once, then `finish`.
///
/// Everything is written to a staging folder of the store; a writer that is dropped or dies leaves
/// the store as it was. Memory: one entity's rows and heap at a time.
package final class SnapshotWriter {
    private let store: SnapshotStore
    private let schema: SnapshotSchema
    private let staging: StagingFolder
    private var environment: BulkEnvironment?
    private var entities: [String: SnapshotManifest.EntitySummary] = [:]
    private var blobs: [SnapshotManifest.BlobSummary] = []

    /// Checks the schema and makes the staging folder.
    ///
    /// - Throws: `SnapshotError`: `invalidSchema`, `fileSystem`, `database`.
    package init(store: SnapshotStore, schema: SnapshotSchema) throws {
        try schema.validate()
        self.store = store
        self.schema = schema
        self.staging = try StagingFolder(inStore: store.directory)
        self.environment = try BulkEnvironment(path: staging.path + "/" + SnapshotFormat.dataFile)
    }

    /// Writes the table of one entity.
    ///
    /// - Parameters:
    ///   - name: an entity of the schema, written once.
    ///   - rowCount: rows of the table.
    ///   - key: the key of a row, UTF-8, 1 to 511 bytes, ascending bytewise; asked twice per row.
    ///   - fill: sets the columns of a row, called once per row in order.
    /// - Throws: `SnapshotError` of code `invalidInput` naming entity and row; what `key` and `fill`
    ///   throw.
    package func writeEntity(
        _ name: String,
        rowCount: Int,
        key: (Int) throws -> [UInt8],
        fill: (Int, inout RowEncoder) throws -> Void
    ) throws {
        let entity = try schemaOfUnwritten(name, rowCount: rowCount)
        let heap = try writeRows(of: entity, rowCount: rowCount, key: key, fill: fill)
        try heap.withUnsafeBytes { try write(SnapshotFormat.heapBlob(of: name), $0) }
        try writeKeys(of: entity, rowCount: rowCount, key: key)
        entities[name] = SnapshotManifest.EntitySummary(
            name: name,
            rowCount: rowCount,
            rowStride: entity.stride,
            heapSize: heap.count
        )
    }

    /// Writes a free blob.
    ///
    /// - Throws: `SnapshotError` of code `invalidInput` for a bad or used name, or too many bytes.
    package func writeBlob(_ name: String, _ bytes: UnsafeRawBufferPointer) throws {
        guard SchemaRules.isName(name), !blobs.contains(where: { $0.name == name }) else {
            throw invalid(name, "expected an unused blob name of [a-z][a-z0-9_]*")
        }
        try write(name, bytes)
        blobs.append(SnapshotManifest.BlobSummary(name: name, size: bytes.count))
    }

    /// Proves the data, writes the manifest and puts the snapshot into the store, unpublished.
    ///
    /// Golden rows are the first, the middle and the last row of each entity.
    ///
    /// - Throws: `SnapshotError`: `invalidInput` when an entity of the schema was not written or a
    ///   value points nowhere, `fileSystem`, `database`.
    package func finish(
        source: SnapshotSource,
        created: Date = Date()
    ) throws -> SnapshotManifest {
        let content = try closeData()
        let path = staging.path + "/" + SnapshotFormat.dataFile
        try FileSystem.makeReadOnly(path)
        let file = try SnapshotManifest.FileSummary(ofFileAt: path)
        let id = store.unusedID(created: created, sha256: file.sha256)
        var manifest = try SnapshotManifest(
            id: id,
            created: created.formatted(.iso8601),
            parent: try? store.current(),
            content: content,
            file: file,
            source: source
        )
        manifest.goldenRows = try prove(manifest)
        try FileSystem.write(
            SnapshotJSON.readable(manifest),
            to: staging.path + "/" + SnapshotFormat.manifestFile,
            flags: O_EXCL,
            mode: 0o444
        )
        try staging.commit(as: id)
        return manifest
    }

    /// Opens what was written as a reader would, before anybody can see it.
    private func prove(_ manifest: SnapshotManifest) throws -> [GoldenRow] {
        let snapshot = try SnapshotFolder(path: staging.path).open(manifest)
        return try GoldenRow.chosen(from: snapshot)
    }

    private func closeData() throws -> SnapshotContent {
        let environment = try openEnvironment()
        let summaries = try schema.entities.map { entity in
            guard let summary = entities[entity.name] else {
                throw invalid(entity.name, "the entity was not written")
            }
            return summary
        }
        try writeMeta()
        try environment.sync()
        self.environment = nil
        return SnapshotContent(
            schema: schema,
            entities: summaries,
            blobs: blobs.sorted { $0.name < $1.name }
        )
    }

    private func invalid(_ subject: String, _ message: String) -> SnapshotError {
        SnapshotError(.invalidInput, message, subject: subject)
    }
}

// MARK: - Data file

extension SnapshotWriter {
    private func schemaOfUnwritten(_ name: String, rowCount: Int) throws -> EntitySchema {
        guard let index = schema.entity(named: name), entities[name] == nil else {
            throw invalid(name, "expected an entity of the schema that is not written yet")
        }
        let entity = schema.entities[index]
        let rowCountMax = SnapshotFormat.blobSizeMax / entity.stride
        guard (0...rowCountMax).contains(rowCount) else {
            throw invalid(name, "\(rowCount) rows, expected 0 to \(rowCountMax)")
        }
        return entity
    }

    private func writeRows(
        of entity: EntitySchema,
        rowCount: Int,
        key: (Int) throws -> [UInt8],
        fill: (Int, inout RowEncoder) throws -> Void
    ) throws -> [UInt8] {
        var encoder = RowEncoder(entity)
        let size = rowCount * entity.stride
        try write(SnapshotFormat.rowsBlob(of: entity.name), size: size) { table in
            table.initializeMemory(as: UInt8.self, repeating: 0)
            var keys = KeyOrder(entity: entity.name)
            for row in 0..<rowCount {
                let start = row * entity.stride
                let bytes = try key(row)
                try keys.accept(bytes, row: row)
                encoder.begin(
                    UnsafeMutableRawBufferPointer(rebasing: table[start..<start + entity.stride]),
                    key: bytes
                )
                try fill(row, &encoder)
                if let fault = encoder.fault { throw invalid("\(entity.name)[\(row)]", fault) }
            }
        }
        return encoder.heap
    }

    private func writeKeys(
        of entity: EntitySchema,
        rowCount: Int,
        key: (Int) throws -> [UInt8]
    ) throws {
        let size = rowCount * (SnapshotFormat.keySizeMax + BulkEnvironment.nodeSizeMax)
        try openEnvironment().write(size: size) { transaction in
            let database = try transaction.database(entity.name)
            for row in 0..<rowCount {
                let number = withUnsafeBytes(of: UInt32(row).littleEndian) { Array($0) }
                try transaction.append(try key(row), number, to: database)
            }
        }
    }

    private func writeMeta() throws {
        let facts = [
            (SnapshotFormat.versionKey, String(SnapshotFormat.version)),
            (SnapshotFormat.fingerprintKey, try schema.fingerprint.hex),
        ]
        try openEnvironment().write(size: 4096) { transaction in
            let database = try transaction.database(SnapshotFormat.metaDatabase)
            for (key, value) in facts {
                try transaction.append(Array(key.utf8), Array(value.utf8), to: database)
            }
        }
    }

    private func write(_ name: String, _ bytes: UnsafeRawBufferPointer) throws {
        try write(name, size: bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// Reserves a large value in the file and lets `fill` write its content in place.
    private func write(
        _ name: String,
        size: Int,
        _ fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        guard size <= SnapshotFormat.blobSizeMax else {
            throw invalid(name, "\(size) bytes, at most \(SnapshotFormat.blobSizeMax) fit")
        }
        let environment = try openEnvironment()
        let valueSize = BlobFrame.valueSize(contentSize: size, pageSize: environment.pageSize)
        try environment.writeValue(size: valueSize) { transaction in
            let database = try transaction.database(SnapshotFormat.blobDatabase)
            let value = try transaction.reserve(name, size: valueSize, in: database)
            try fill(BlobFrame.prepare(value, contentSize: size))
        }
    }

    private func openEnvironment() throws -> BulkEnvironment {
        guard let environment else { throw invalid("snapshot", "it is finished already") }
        return environment
    }
}
