// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots

/// A snapshot with any manifest is refused with a reason, or everything in it can be read.
package struct ManifestProperty: FuzzProperty {
    let snapshot: SnapshotMutant

    /// The property of one damaged snapshot after the other.
    package init(snapshot: SnapshotMutant) { self.snapshot = snapshot }

    /// Opens the snapshot with the input as its manifest.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        try SnapshotReading.check { try snapshot.open(data: snapshot.data, manifest: input) }
    }
}

/// A snapshot whose data file was changed by someone who could sign it is refused with a reason,
/// or everything in it can be read.
package struct DatabaseProperty: FuzzProperty {
    /// Bytes of one change: three of offset, lowest first, and the new byte.
    package static let changeSize = 4

    let snapshot: SnapshotMutant

    /// The property of one damaged snapshot after the other.
    package init(snapshot: SnapshotMutant) { self.snapshot = snapshot }

    /// Applies the input's changes, which wrap at the end of the file, and opens the snapshot.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        var data = snapshot.data
        for start in stride(from: 0, through: input.count - Self.changeSize, by: Self.changeSize) {
            let offset = (0..<3).reduce(0) { $0 | Int(input[start + $1]) << (8 * $1) }
            data[offset % data.count] = input[start + 3]
        }
        try SnapshotReading.check {
            try snapshot.open(data: data, manifest: Array(snapshot.manifest.utf8))
        }
    }
}

/// Reads all there is in a snapshot, which must not lead outside it.
package enum SnapshotReading {
    /// Opens a snapshot and reads it, unless it is refused.
    ///
    /// - Throws: `PropertyViolation` when it is refused without a reason or holds what it must not.
    package static func check(_ open: () throws -> FeatureSnapshot) throws {
        do {
            let snapshot = try open()
            try readKeys(of: snapshot)
            try readRows(of: snapshot)
        } catch let error as SnapshotError {
            try PropertyViolation.unless(
                !error.message.isEmpty && error.subject.contains("/"),
                "refused without a reason or a place: \(error)"
            )
        }
    }

    private static func readKeys(of snapshot: FeatureSnapshot) throws {
        let reader = try snapshot.makeReader()
        for entity in snapshot.schema.entities.indices {
            let rowCount = snapshot.view.pointee.entities[entity].row_count
            for row in 0..<MutantSource.rowCount {
                let found = MutantSource.key(row).withUnsafeBytes {
                    reader.findRow(entity: entity, key: $0)
                }
                try PropertyViolation.unless(
                    found == .max || found < rowCount,
                    "key \(row) leads to row \(found) of \(rowCount)"
                )
            }
        }
    }

    private static func readRows(of snapshot: FeatureSnapshot) throws {
        for (entity, schema) in snapshot.schema.entities.enumerated() {
            for row in 0..<UInt32(snapshot.view.pointee.entities[entity].row_count) {
                let view = RowView(snapshot, entity: entity, row: row)
                for (column, schema) in schema.columns.enumerated() {
                    try read(view, column, schema)
                }
            }
        }
    }

    private static func read(_ row: RowView, _ column: Int, _ schema: ColumnSchema) throws {
        switch schema.type {
        case .i64: _ = row.i64(column)
        case .f32: _ = row.f32(column)
        case .u32: _ = row.u32(column)
        case .text:
            let text = String(validating: row.text(column), as: UTF8.self)
            try PropertyViolation.unless(text != nil, "\(schema.name) is not UTF-8")
        case .list: _ = row.list(column).reduce(0, &+)
        }
    }
}
