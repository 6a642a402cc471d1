// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Writes the columns of one row after another; a column that is not set is null.
///
/// A value that does not fit its column is remembered as the row's fault and refused by the writer.
/// Setting a column by another type than the schema's is a mistake of the caller and stops it.
package struct RowEncoder {
    private let schema: EntitySchema
    private var row = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var heap: [UInt8] = []
    private(set) var fault: String?

    init(_ schema: EntitySchema) { self.schema = schema }

    /// Starts a row of zeroed memory: all columns null.
    mutating func begin(_ row: UnsafeMutableRawBufferPointer, key: [UInt8]) {
        self.row = row
        let header = sluice_row_header(
            key_check: key.withUnsafeBytes { SnapshotFormat.keyCheck($0) },
            version: SnapshotFormat.rowVersion,
            key_size: UInt32(key.count),
            null_bits: nullBitsOfAll
        )
        row.storeBytes(of: header, as: sluice_row_header.self)
        for (index, column) in schema.columns.enumerated() where column.type == .f32 {
            row.storeBytes(of: Float.nan, toByteOffset: schema.offset(of: index), as: Float.self)
        }
    }

    /// Sets an i64 column.
    package mutating func set(_ column: Int, i64 value: Int64) {
        store(value, column, .i64)
    }

    /// Sets an f32 column; NaN leaves it null.
    package mutating func set(_ column: Int, f32 value: Float) {
        precondition(schema.columns[column].type == .f32)
        if !value.isNaN { store(value, column, .f32) }
    }

    /// Sets a u32 column; a code must be one of the column's vocabulary, if it has one.
    package mutating func set(_ column: Int, u32 value: UInt32) {
        if let vocabulary = schema.columns[column].vocabulary, value >= vocabulary.count {
            return refuse(column, "code \(value) is not in the vocabulary of \(vocabulary.count)")
        }
        store(value, column, .u32)
    }

    /// Sets a text column to UTF-8 bytes.
    package mutating func setText(_ column: Int, _ utf8: UnsafeRawBufferPointer) {
        guard String(validating: utf8, as: UTF8.self) != nil else {
            return refuse(column, "the text is not UTF-8")
        }
        append(utf8, column, .text, count: utf8.count)
    }

    /// Sets a text column.
    package mutating func setText(_ column: Int, _ text: String) {
        var text = text
        text.withUTF8 { setText(column, UnsafeRawBufferPointer($0)) }
    }

    /// Sets a list column to the bytes of its elements.
    package mutating func setList(_ column: Int, _ elements: UnsafeRawBufferPointer) {
        guard let size = schema.columns[column].elementSize, elements.count % size == 0 else {
            return refuse(column, "\(elements.count) bytes are no whole number of elements")
        }
        let misaligned = heap.count % SnapshotFormat.listAlignment
        if misaligned > 0 {
            heap.append(
                contentsOf: repeatElement(0, count: SnapshotFormat.listAlignment - misaligned)
            )
        }
        append(elements, column, .list, count: elements.count / size)
    }

    private var nullBitsOfAll: UInt64 {
        schema.columns.isEmpty ? 0 : UInt64.max >> UInt64(64 - schema.columns.count)
    }

    private mutating func append(
        _ bytes: UnsafeRawBufferPointer,
        _ column: Int,
        _ type: ColumnType,
        count: Int
    ) {
        guard heap.count + bytes.count <= SnapshotFormat.blobSizeMax else {
            return refuse(column, "texts and lists exceed \(SnapshotFormat.blobSizeMax) bytes")
        }
        store(sluice_span(offset: UInt32(heap.count), count: UInt32(count)), column, type)
        heap.append(contentsOf: bytes)
    }

    private mutating func store<Value: BitwiseCopyable>(
        _ value: Value,
        _ column: Int,
        _ type: ColumnType
    ) {
        precondition(schema.columns[column].type == type, "the column has another type")
        row.storeBytes(of: value, toByteOffset: schema.offset(of: column), as: Value.self)
        var header = row.load(as: sluice_row_header.self)
        header.null_bits &= ~(1 << UInt64(schema.nullBit(of: column)))
        row.storeBytes(of: header, as: sluice_row_header.self)
    }

    private mutating func refuse(_ column: Int, _ reason: String) {
        if fault == nil { fault = "\(schema.columns[column].name): \(reason)" }
    }
}
