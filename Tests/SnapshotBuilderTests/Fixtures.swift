// SPDX-License-Identifier: Apache-2.0

import CSluice
import CZlib
import FeatureSnapshots
import Foundation

@testable import SnapshotBuilder

/// A folder that is gone when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-builder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    var store: SnapshotStore { SnapshotStore(directory: path + "/store") }
}

/// A complete gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream,
        6,
        Z_DEFLATED,
        15 + 16,
        8,
        Z_DEFAULT_STRATEGY,
        ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)
    )
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
    let written = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            _ = deflate(&stream, Z_FINISH)
            return output.count - Int(stream.avail_out)
        }
    }
    return Array(output.prefix(written))
}

/// Columns named after their roles.
var namedColumns: ColumnNames {
    var names = ColumnNames()
    for role in ColumnRole.allCases { names[role] = role.name }
    return names
}

let header = "order,product,title,quantity,time,unit_price,customer,country\n"

/// A source file for `input`, whose columns are named after their roles.
func sourceText(input: String, rules: String = "", features: String = "") -> String {
    let columns = ColumnRole.allCases.map { "  \($0.name): \($0.name)\n" }.joined()
    return """
        input: { paths: [\(input)] }
        currency: GBP
        time_zone: Europe/London
        columns:
        \(columns)
        rules:
          cancellation_prefix: C
          adjustment_prefixes: [A]
          customer_suffix: ".0"
          non_products: [POST, gift_*]
        \(rules)
        \(features)
        """
}

/// Builds a snapshot from CSV text and opens it.
func build(
    _ input: String,
    named name: String = "orders.csv",
    rules: String = "",
    features: String = "",
    in folder: TemporaryFolder
) throws -> (report: BuildReport, snapshot: FeatureSnapshot) {
    try folder.write(input, to: name)
    let source = try folder.write(
        sourceText(input: name, rules: rules, features: features),
        to: "source.yaml"
    )
    let report = try SnapshotBuild.run(source: source, store: folder.store)
    return (report, try folder.store.open(report.snapshot))
}

/// A row of a snapshot read by column name.
struct NamedRow {
    private let row: RowView
    private let schema: EntitySchema

    /// The row of a key; nil when the snapshot has none.
    init?(_ snapshot: FeatureSnapshot, _ entity: String, key: String) throws {
        guard let number = snapshot.entity(named: entity) else { return nil }
        let found = try snapshot.makeReader().findRow(entity: number, key: Array(key.utf8))
        guard found != SLUICE_NO_ROW else { return nil }
        row = RowView(snapshot, entity: number, row: found)
        schema = snapshot.schema.entities[number]
    }

    func i64(_ name: String) -> Int64? { value(name) { row.i64($0) } }
    func f32(_ name: String) -> Float? { value(name) { row.f32($0) } }
    func u32(_ name: String) -> UInt32? { value(name) { row.u32($0) } }
    func text(_ name: String) -> String? {
        value(name) { String(decoding: row.text($0), as: UTF8.self) }
    }

    /// The word of a code.
    func word(_ name: String) -> String? {
        u32(name).flatMap { code in
            schema.column(named: name).flatMap { schema.columns[$0].vocabulary?[Int(code)] }
        }
    }

    var tiers: [sluice_price_tier] { list("price_tiers") }
    var neighbours: [sluice_neighbour] { list("neighbours") }

    private func list<Element>(_ name: String) -> [Element] {
        value(name) { Array(row.list($0).bindMemory(to: Element.self)) } ?? []
    }

    private func value<Value>(_ name: String, _ read: (Int) -> Value) -> Value? {
        guard let column = schema.column(named: name), !row.isNull(column) else { return nil }
        return read(column)
    }
}

extension SnapshotReader {
    func findRow(entity: Int, key: [UInt8]) -> UInt32 {
        key.withUnsafeBytes { findRow(entity: entity, key: $0) }
    }
}
