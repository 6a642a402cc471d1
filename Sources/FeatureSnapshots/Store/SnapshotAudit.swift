// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests

/// Walks everything in a mapped snapshot once, so that no reader has to check again.
///
/// Every key leads to the row of its rank with its check, every span lies in its heap, every code
/// in its vocabulary, every row number in its table.
struct SnapshotAudit {
    private let snapshot: FeatureSnapshot
    private let file: String

    init(_ snapshot: FeatureSnapshot, file: String) {
        self.snapshot = snapshot
        self.file = file
    }

    /// Checks everything.
    ///
    /// - Throws: `SnapshotError` of code `corrupt` naming the entity, row and column.
    func run() throws {
        try checkMeta()
        for entity in snapshot.entities.indices {
            try checkKeys(of: entity)
            try checkRows(of: entity)
        }
        try checkPopular()
    }

    private func checkMeta() throws {
        let facts = try snapshot.facts()
        try expect(
            String(SnapshotFormat.version),
            facts[SnapshotFormat.versionKey] ?? "nothing",
            "meta.\(SnapshotFormat.versionKey)"
        )
        try expect(
            snapshot.manifest.schemaFingerprint.hex,
            facts[SnapshotFormat.fingerprintKey] ?? "nothing",
            "meta.\(SnapshotFormat.fingerprintKey)"
        )
    }

    private func checkKeys(of entity: Int) throws {
        let mapped = snapshot.entities[entity]
        let name = snapshot.schema.entities[entity].name
        let reader = try snapshot.makeReader()
        var rank: UInt32 = 0
        var wrong: UInt32?
        try snapshot.forEachKey(of: entity) { key, row in
            let isFound = row == rank && reader.findRow(entity: entity, key: key) == row
            if wrong == nil, !isFound || mapped.header(of: row).key_size != key.count {
                wrong = rank
            }
            rank += 1
        }
        if let wrong { throw corrupt("\(name)[\(wrong)]", "the key of this rank misses its row") }
        try expect(mapped.rowCount, Int(rank), "\(name): keys")
    }

    private func checkRows(of entity: Int) throws {
        let schema = snapshot.schema.entities[entity]
        for row in 0..<UInt32(snapshot.entities[entity].rowCount) {
            let header = snapshot.entities[entity].header(of: row)
            try expect(SnapshotFormat.rowVersion, header.version, "\(schema.name)[\(row)].version")
            for column in schema.columns.indices {
                if let fault = fault(of: column, row: row, entity: entity, schema.columns[column]) {
                    throw corrupt("\(schema.name)[\(row)].\(schema.columns[column].name)", fault)
                }
            }
        }
    }

    private func fault(
        of column: Int,
        row: UInt32,
        entity: Int,
        _ schema: ColumnSchema
    ) -> String? {
        let view = RowView(snapshot, entity: entity, row: row)
        switch schema.type {
        case .i64, .f32: return nil
        case .u32: return codeFault(view.u32(column), schema.vocabulary)
        case .text: return textFault(view, column, heapSize: heapSize(of: entity))
        case .list: return listFault(view, column, schema, heapSize: heapSize(of: entity))
        }
    }

    private func heapSize(of entity: Int) -> Int { snapshot.entities[entity].heap.count }

    private func codeFault(_ code: UInt32, _ vocabulary: [String]?) -> String? {
        guard let vocabulary, code >= vocabulary.count, code != 0 else { return nil }
        return "code \(code) is not in the vocabulary of \(vocabulary.count)"
    }

    private func textFault(_ view: RowView, _ column: Int, heapSize: Int) -> String? {
        let span = view.span(column)
        guard Int(span.offset) + Int(span.count) <= heapSize else { return "it leaves the heap" }
        return isUTF8(view.text(column)) ? nil : "the text is not UTF-8"
    }

    private func listFault(
        _ view: RowView,
        _ column: Int,
        _ schema: ColumnSchema,
        heapSize: Int
    ) -> String? {
        let span = view.span(column)
        let size = Int(span.count) * (schema.elementSize ?? 0)
        guard Int(span.offset) + size <= heapSize else { return "it leaves the heap" }
        guard Int(span.offset) % SnapshotFormat.listAlignment == 0 else {
            return "it is not aligned"
        }
        return WellKnown.fault(inList: schema, view.list(column), productCount: productCount)
    }

    private func checkPopular() throws {
        for blob in snapshot.blobs.entries {
            let name = String(decoding: UnsafeRawBufferPointer(blob.name), as: UTF8.self)
            let content = UnsafeRawBufferPointer(blob.content)
            if let fault = WellKnown.fault(inBlob: name, content, productCount: productCount) {
                throw corrupt(name, fault)
            }
        }
    }

    private var productCount: Int {
        snapshot.entity(named: WellKnown.product).map { snapshot.entities[$0].rowCount } ?? 0
    }

    private func isUTF8(_ text: UnsafeRawBufferPointer) -> Bool {
        (try? UTF8Span(validating: text.bindMemory(to: UInt8.self).span)) != nil
    }

    private func expect<Value: Equatable>(
        _ wanted: Value,
        _ found: Value,
        _ place: String
    ) throws(SnapshotError) {
        guard wanted != found else { return }
        throw corrupt(place, "expected \(wanted), got \(found)")
    }

    private func corrupt(_ place: String, _ message: String) -> SnapshotError {
        SnapshotError(.corrupt, message, subject: "\(file):\(place)")
    }
}
