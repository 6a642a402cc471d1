// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// What a snapshot is and holds, for people and as JSON.
package struct SnapshotInspection: Codable, Sendable {
    /// One entity with its size and columns.
    package struct Entity: Codable, Sendable {
        /// The entity's name.
        package let name: String
        /// Rows of the table.
        package let rowCount: Int
        /// Bytes between two rows.
        package let rowStride: Int
        /// Bytes of texts and lists.
        package let heapSize: Int
        /// The columns in schema order.
        package let columns: [ColumnSchema]
    }

    /// The snapshot's id.
    package let id: SnapshotID
    /// When it was built, RFC 3339, UTC.
    package let created: String
    /// The snapshot that was current when it was built.
    package let parent: SnapshotID?
    /// ISO 4217 code.
    package let currency: String
    /// Minor-unit digits of every money column.
    package let currencyDigits: Int
    /// Digest of the schema.
    package let schemaFingerprint: SHA256Digest
    /// The entities in schema order.
    package let entities: [Entity]
    /// The free blobs.
    package let blobs: [SnapshotManifest.BlobSummary]
    /// The files of the folder.
    package let files: [SnapshotManifest.FileSummary]
    /// What it was built from.
    package let source: SnapshotSource

    /// Inspects a manifest.
    package init(_ manifest: SnapshotManifest) {
        id = manifest.id
        created = manifest.created
        parent = manifest.parent
        currency = manifest.schema.currency
        currencyDigits = manifest.schema.currencyDigits
        schemaFingerprint = manifest.schemaFingerprint
        blobs = manifest.blobs
        files = manifest.files
        source = manifest.source
        entities = zip(manifest.schema.entities, manifest.entities).map { schema, summary in
            Entity(
                name: schema.name,
                rowCount: summary.rowCount,
                rowStride: summary.rowStride,
                heapSize: summary.heapSize,
                columns: schema.columns
            )
        }
    }

    /// The inspection as indented JSON with snake_case keys.
    package func json() throws -> Data { try SnapshotJSON.readable(self) }

    /// The inspection as text: facts, entities, columns, blobs, files.
    package func render() -> String {
        let sections = [facts.text()] + entities.map(text) + [blobText, fileText]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var facts: TextTable {
        var table = TextTable()
        table.add("snapshot", id.text)
        table.add("created", created)
        table.add("parent", parent?.text ?? "none")
        table.add("currency", "\(currency), \(currencyDigits) digits")
        table.add("schema", schemaFingerprint.hex)
        table.add("source", "\(source.file), \(grouped(source.rowsRead)) rows read")
        for (reason, count) in source.rowsDropped.sorted(by: { $0.value > $1.value }) {
            table.add("", "\(grouped(count)) dropped: \(reason)")
        }
        return table
    }

    private func text(_ entity: Entity) -> String {
        var table = TextTable()
        for column in entity.columns {
            table.add(column.name, column.type.rawValue, detail(column))
        }
        return "\(entity.name): \(grouped(entity.rowCount)) rows of \(entity.rowStride) bytes, "
            + "\(grouped(entity.heapSize)) bytes of texts and lists\n" + table.text(indent: 2)
    }

    private func detail(_ column: ColumnSchema) -> String {
        if let unit = column.unit { return unit == .money ? "money" : "Unix seconds" }
        if let elementSize = column.elementSize { return "elements of \(elementSize) bytes" }
        return column.vocabulary.map { "\($0.count) words" } ?? ""
    }

    private var blobText: String {
        var table = TextTable()
        for blob in blobs { table.add(blob.name, "\(grouped(blob.size)) bytes") }
        return blobs.isEmpty ? "" : "blobs\n" + table.text(indent: 2)
    }

    private var fileText: String {
        var table = TextTable()
        for file in files {
            table.add(file.name, "\(grouped(file.size)) bytes", "sha256 \(file.sha256)")
        }
        return "files\n" + table.text(indent: 2)
    }
}

/// A count with its thousands apart.
private func grouped(_ number: Int) -> String {
    number.formatted(.number.grouping(.automatic).locale(Locale(identifier: "en")))
}
