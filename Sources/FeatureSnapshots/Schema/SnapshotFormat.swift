// SPDX-License-Identifier: Apache-2.0

/// Names, sizes and version of what is on disk.
package enum SnapshotFormat {
    /// The version of the folder, the databases and the row layout.
    package static let version = 1

    /// The LMDB file of a snapshot's folder.
    package static let dataFile = "data.mdb"

    /// The manifest of a snapshot's folder.
    package static let manifestFile = "manifest.json"

    /// The database of facts about the file itself.
    static let metaDatabase = "meta"

    /// The database of large values.
    static let blobDatabase = "blobs"

    /// Database names an entity may not take.
    static let reservedDatabases = [metaDatabase, blobDatabase]

    /// Key of the format version in `meta`.
    static let versionKey = "format_version"

    /// Key of the schema fingerprint in `meta`.
    static let fingerprintKey = "schema_fingerprint"

    /// `version` of every `sluice_row_header`.
    static let rowVersion: UInt32 = 1

    /// Bytes of a key: what LMDB is compiled for.
    package static let keySizeMax = 511

    /// Bytes of one LMDB value: its size field has 32 bits, and the frame needs some.
    package static let blobSizeMax = Int(UInt32.max) - 65536

    /// List values start at multiples of this in the heap.
    package static let listAlignment = 8

    /// Bytes of a manifest: golden rows are three per entity, so a larger one is none of ours.
    static let manifestSizeMax = 16 << 20

    /// Name of an entity's row table in `blobs`.
    static func rowsBlob(of entity: String) -> String { entity + ".rows" }

    /// Name of an entity's heap in `blobs`.
    static func heapBlob(of entity: String) -> String { entity + ".heap" }

    /// FNV-1a 64 of a key: the `key_check` of its row.
    package static func keyCheck(_ key: UnsafeRawBufferPointer) -> UInt64 {
        key.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
