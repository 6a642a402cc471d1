// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The columns of one row, read in place.
///
/// Lifetime: valid while the snapshot lives. Absent values read as 0, NaN or empty.
package struct RowView {
    private let row: UnsafePointer<UInt8>
    private let columns: UnsafePointer<sluice_column>
    private let columnCount: Int
    private let heap: UnsafePointer<UInt8>?

    /// A row of an entity of the view; `row` must be one of its rows.
    package init(_ entity: UnsafePointer<sluice_entity>, row: UInt32) {
        precondition(row < entity.pointee.row_count)
        self.row = entity.pointee.rows + Int(row) * Int(entity.pointee.row_stride)
        self.columns = entity.pointee.columns
        self.columnCount = Int(entity.pointee.column_count)
        self.heap = entity.pointee.heap.data
    }

    /// A row of entity number `entity`; both must exist.
    package init(_ snapshot: FeatureSnapshot, entity: Int, row: UInt32) {
        precondition(snapshot.entities.indices.contains(entity))
        self.init(snapshot.view.pointee.entities + entity, row: row)
    }

    /// The row's header.
    package var header: sluice_row_header { load(at: 0) }

    /// Whether the value is absent.
    package func isNull(_ column: Int) -> Bool {
        header.null_bits >> UInt64(self.column(column).null_bit) & 1 == 1
    }

    /// An i64 column.
    package func i64(_ column: Int) -> Int64 {
        load(at: offset(of: column, SLUICE_COLUMN_I64))
    }

    /// An f32 column.
    package func f32(_ column: Int) -> Float {
        load(at: offset(of: column, SLUICE_COLUMN_F32))
    }

    /// A u32 column.
    package func u32(_ column: Int) -> UInt32 {
        load(at: offset(of: column, SLUICE_COLUMN_U32))
    }

    /// The UTF-8 bytes of a text column.
    package func text(_ column: Int) -> UnsafeRawBufferPointer {
        let span: sluice_span = load(at: offset(of: column, SLUICE_COLUMN_TEXT))
        return bytes(span, elementSize: 1)
    }

    /// The elements of a list column, 8-byte aligned.
    package func list(_ column: Int) -> UnsafeRawBufferPointer {
        let span: sluice_span = load(at: offset(of: column, SLUICE_COLUMN_LIST))
        return bytes(span, elementSize: Int(self.column(column).element_size))
    }

    /// Where a text or list column says its value lies.
    func span(_ column: Int) -> sluice_span { load(at: Int(self.column(column).offset)) }

    private func bytes(_ span: sluice_span, elementSize: Int) -> UnsafeRawBufferPointer {
        guard span.count > 0, let heap else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(
            start: heap + Int(span.offset),
            count: Int(span.count) * elementSize
        )
    }

    private func column(_ column: Int) -> sluice_column {
        precondition(column >= 0 && column < columnCount)
        return columns[column]
    }

    private func offset(of column: Int, _ type: some BinaryInteger) -> Int {
        let column = self.column(column)
        precondition(column.type == type, "the column has another type")
        return Int(column.offset)
    }

    private func load<Value: BitwiseCopyable>(at offset: Int) -> Value {
        UnsafeRawPointer(row).load(fromByteOffset: offset, as: Value.self)
    }
}
