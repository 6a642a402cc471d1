// SPDX-License-Identifier: Apache-2.0

extension SnapshotManifest {
    /// Checks that the manifest agrees with itself.
    ///
    /// - Throws: `SnapshotError` naming the field.
    func validate(file: String) throws {
        guard formatVersion == SnapshotFormat.version else {
            throw SnapshotError(
                .malformed,
                "expected \(SnapshotFormat.version), got \(formatVersion)",
                subject: file + ":format_version"
            )
        }
        try schema.validate(place: file + ":schema")
        try expect(try schema.fingerprint, schemaFingerprint, file + ":schema_fingerprint")
        try expect([SnapshotFormat.dataFile], files.map(\.name), file + ":files")
        try expect(schema.entities.map(\.name), entities.map(\.name), file + ":entities")
        for (wanted, found) in zip(schema.entities, entities) {
            let place = "\(file):entities.\(found.name)"
            try expect(wanted.stride, found.rowStride, place + ".row_stride")
            let rowCountMax = SnapshotFormat.blobSizeMax / wanted.stride
            try expect(0...rowCountMax, contains: found.rowCount, place + ".row_count")
            try expect(
                0...SnapshotFormat.blobSizeMax,
                contains: found.heapSize,
                place + ".heap_size"
            )
        }
    }

    private func expect<Value: Equatable>(
        _ wanted: Value,
        _ found: Value,
        _ place: String
    ) throws(SnapshotError) {
        guard wanted != found else { return }
        throw SnapshotError(.corrupt, "expected \(wanted), got \(found)", subject: place)
    }

    private func expect(
        _ wanted: ClosedRange<Int>,
        contains found: Int,
        _ place: String
    ) throws(SnapshotError) {
        guard !wanted.contains(found) else { return }
        throw SnapshotError(.corrupt, "expected \(wanted), got \(found)", subject: place)
    }
}
