// SPDX-License-Identifier: Apache-2.0
import CSluice

/// One table of a snapshot.
///
/// Lifetime: as long as the binding it was resolved for.
public struct EntityView {
    private let entity: UnsafePointer<sluice_entity>

    init(_ entity: UnsafePointer<sluice_entity>) { self.entity = entity }

    /// How many rows the table has; row numbers are below it.
    public var rowCount: Int { Int(entity.pointee.row_count) }

    /// Resolves a column of plain values.
    ///
    /// - Parameters:
    ///   - name: the column's name.
    ///   - type: `Int64`, `Float` or `UInt32`.
    /// - Returns: the column, read in place.
    /// - Throws: `failedPrecondition` naming the column when it is missing or of another type;
    ///   `dataLoss` when it does not fit the row.
    public func column<Value: ColumnValue>(
        named name: StaticString,
        of type: Value.Type = Value.self
    ) throws(HandlerError) -> Column<Value> {
        let column = try resolve(name, type: Value.columnType, size: MemoryLayout<Value>.size)
        return Column(try layout(of: column))
    }

    /// Resolves a column of lists.
    ///
    /// - Parameters:
    ///   - name: the column's name.
    ///   - element: the C struct each element is, such as `sluice_price_tier`.
    /// - Returns: the column, read in place.
    /// - Throws: `failedPrecondition` naming the column when it is missing or of another type or
    ///   element size; `dataLoss` when it does not fit the row.
    public func listColumn<Element: BitwiseCopyable>(
        named name: StaticString,
        of element: Element.Type = Element.self
    ) throws(HandlerError) -> ListColumn<Element> {
        let column = try resolve(
            name,
            type: UInt32(SLUICE_COLUMN_LIST),
            size: MemoryLayout<sluice_span>.size
        )
        guard Int(column.pointee.element_size) == MemoryLayout<Element>.stride else {
            throw HandlerError(
                .failedPrecondition,
                "\(entity.pointee.name.text).\(name) has elements of"
                    + " \(column.pointee.element_size) bytes, not \(MemoryLayout<Element>.stride)"
            )
        }
        return ListColumn(try layout(of: column), heap: entity.pointee.heap.buffer)
    }

    private func resolve(
        _ name: StaticString,
        type: UInt32,
        size: Int
    ) throws(HandlerError) -> UnsafePointer<sluice_column> {
        guard let column = find(name) else {
            throw missing(name, "is missing")
        }
        guard column.pointee.type == type else {
            throw missing(name, "is \(typeName(column.pointee.type)), not \(typeName(type))")
        }
        guard UInt64(column.pointee.offset) + UInt64(size) <= entity.pointee.row_stride,
            column.pointee.null_bit < UInt64.bitWidth
        else { throw HandlerError(.dataLoss, "the column \(name) lies outside its row") }
        return column
    }

    private func find(_ name: StaticString) -> UnsafePointer<sluice_column>? {
        guard let columns = entity.pointee.columns else { return nil }
        for index in 0..<Int(entity.pointee.column_count) {
            let column = columns.element(at: index, stride: entity.pointee.column_stride)
            if column.pointee.name.equals(name) { return column }
        }
        return nil
    }

    private func missing(_ name: StaticString, _ problem: String) -> HandlerError {
        HandlerError(
            .failedPrecondition,
            "the column \(entity.pointee.name.text).\(name) \(problem)"
        )
    }

    private func layout(
        of column: UnsafePointer<sluice_column>
    ) throws(HandlerError) -> ColumnLayout {
        guard let rows = entity.pointee.rows ?? emptyRows() else {
            throw HandlerError(.dataLoss, "the entity \(entity.pointee.name.text) has no rows")
        }
        return ColumnLayout(
            rows: UnsafeRawPointer(rows),
            stride: Int(entity.pointee.row_stride),
            offset: Int(column.pointee.offset),
            nullMask: 1 << UInt64(column.pointee.null_bit),
            rowCount: entity.pointee.row_count
        )
    }

    /// A place for the columns of a table without rows; never read.
    private func emptyRows() -> UnsafePointer<UInt8>? {
        entity.pointee.row_count == 0
            ? UnsafeRawPointer(entity).assumingMemoryBound(to: UInt8.self) : nil
    }
}

/// A column type as the snapshot's schema spells it.
private func typeName(_ type: UInt32) -> String {
    switch Int(type) {
    case SLUICE_COLUMN_I64: "i64"
    case SLUICE_COLUMN_F32: "f32"
    case SLUICE_COLUMN_U32: "u32"
    case SLUICE_COLUMN_TEXT: "text"
    case SLUICE_COLUMN_LIST: "list"
    default: "of the unknown type \(type)"
    }
}
