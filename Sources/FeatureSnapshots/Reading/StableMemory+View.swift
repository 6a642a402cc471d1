// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests

extension StableMemory {
    /// Builds the C view of a mapped snapshot, all but its `host_snapshot`.
    mutating func view(
        of map: SnapshotMap,
        manifest: SnapshotManifest
    ) -> UnsafeMutablePointer<sluice_snapshot> {
        let schema = manifest.schema
        var entities: [sluice_entity] = []
        for (entity, mapped) in zip(schema.entities, map.entities) {
            entities.append(self.entity(entity, mapped))
        }
        let view = sluice_snapshot(
            struct_size: UInt32(MemoryLayout<sluice_snapshot>.size),
            entity_count: UInt32(entities.count),
            entities: array(entities),
            entity_stride: UInt32(MemoryLayout<sluice_entity>.stride),
            currency_digits: UInt32(schema.currencyDigits),
            id: bytes(manifest.id.text),
            currency: bytes(schema.currency),
            schema_fingerprint: manifest.schemaFingerprint.prefix64,
            host_snapshot: nil
        )
        return array([view])
    }

    /// Copies the table of free blobs, which come sorted by name.
    mutating func blobTable(
        _ blobs: [(name: String, content: UnsafeRawBufferPointer)]
    ) -> BlobTable {
        var entries: [BlobTable.Entry] = []
        for blob in blobs {
            entries.append(
                BlobTable.Entry(name: bytes(blob.name), content: sluice_bytes(blob.content))
            )
        }
        return BlobTable(
            entries: UnsafeBufferPointer(start: array(entries), count: entries.count)
        )
    }

    private mutating func entity(_ schema: EntitySchema, _ mapped: MappedEntity) -> sluice_entity {
        var columns: [sluice_column] = []
        for index in schema.columns.indices { columns.append(column(schema, index)) }
        return sluice_entity(
            struct_size: UInt32(MemoryLayout<sluice_entity>.size),
            row_count: UInt32(mapped.rowCount),
            name: bytes(schema.name),
            rows: sluice_bytes(mapped.rows).data,
            row_stride: UInt64(schema.stride),
            columns: array(columns),
            column_count: UInt32(columns.count),
            column_stride: UInt32(MemoryLayout<sluice_column>.stride),
            heap: sluice_bytes(mapped.heap)
        )
    }

    private mutating func column(_ schema: EntitySchema, _ index: Int) -> sluice_column {
        sluice_column(
            struct_size: UInt32(MemoryLayout<sluice_column>.size),
            type: schema.columns[index].type.abiCode,
            name: bytes(schema.columns[index].name),
            offset: UInt32(schema.offset(of: index)),
            null_bit: UInt32(schema.nullBit(of: index)),
            element_size: UInt32(schema.columns[index].elementSize ?? 0),
            reserved: 0
        )
    }
}

extension sluice_bytes {
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(
            data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            size: UInt64(bytes.count)
        )
    }
}

extension UnsafeRawBufferPointer {
    init(_ bytes: sluice_bytes) {
        self.init(start: bytes.data, count: Int(bytes.size))
    }
}
