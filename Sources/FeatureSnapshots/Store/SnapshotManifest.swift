// SPDX-License-Identifier: Apache-2.0
import Digests

/// `manifest.json`: what a snapshot holds and how to tell that it is whole.
package struct SnapshotManifest: Codable, Hashable, Sendable {
    /// The snapshot's id, equal to its folder's name.
    package let id: SnapshotID
    /// `SnapshotFormat.version` of the writer.
    package let formatVersion: Int
    /// When it was built, RFC 3339, UTC.
    package let created: String
    /// The snapshot that was current when this one was built.
    @ExplicitNull package private(set) var parent: SnapshotID?
    /// Entities and columns.
    package let schema: SnapshotSchema
    /// `schema.fingerprint`.
    package let schemaFingerprint: SHA256Digest
    /// Row counts and sizes by entity, in schema order.
    package let entities: [EntitySummary]
    /// The free blobs.
    package let blobs: [BlobSummary]
    /// Every file of the folder but the manifest.
    package let files: [FileSummary]
    /// What the snapshot was built from.
    package let source: SnapshotSource
    /// Rows with the values a reader must find in them.
    package internal(set) var goldenRows: [GoldenRow] = []
    /// Position in the event log the snapshot was built up to; null until one feeds it.
    @ExplicitNull package private(set) var eventLogPosition: Int64?

    /// One entity of the data file.
    package struct EntitySummary: Codable, Hashable, Sendable {
        /// The entity's name.
        package let name: String
        /// Rows of the table.
        package let rowCount: Int
        /// Bytes between two rows.
        package let rowStride: Int
        /// Bytes of texts and lists.
        package let heapSize: Int
    }

    /// One free blob of the data file.
    package struct BlobSummary: Codable, Hashable, Sendable {
        /// The blob's name.
        package let name: String
        /// Bytes.
        package let size: Int
    }

    /// One file of the folder.
    package struct FileSummary: Codable, Hashable, Sendable {
        /// The file's name in the folder.
        package let name: String
        /// Bytes.
        package let size: Int
        /// Digest of the whole file.
        package let sha256: SHA256Digest
    }

    init(
        id: SnapshotID,
        created: String,
        parent: SnapshotID?,
        content: SnapshotContent,
        file: FileSummary,
        source: SnapshotSource
    ) throws {
        self.id = id
        self.formatVersion = SnapshotFormat.version
        self.created = created
        self.schema = content.schema
        self.schemaFingerprint = try content.schema.fingerprint
        self.entities = content.entities
        self.blobs = content.blobs
        self.files = [file]
        self.source = source
        self.parent = parent
        self.eventLogPosition = nil
    }

    var content: SnapshotContent {
        SnapshotContent(schema: schema, entities: entities, blobs: blobs)
    }

    /// The currency of every money column, ISO 4217.
    package var currency: String { schema.currency }
}

/// What a data file must hold: the part of the manifest that reading it needs.
struct SnapshotContent: Sendable {
    let schema: SnapshotSchema
    let entities: [SnapshotManifest.EntitySummary]
    let blobs: [SnapshotManifest.BlobSummary]
}

/// An optional that is written as `null`, not left out.
@propertyWrapper
package struct ExplicitNull<Value: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    /// The optional.
    package var wrappedValue: Value?

    /// Wraps an optional.
    package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    /// Reads what `encode(to:)` writes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    /// Writes the value or `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}
