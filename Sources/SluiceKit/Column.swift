// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A value a column holds in the row itself.
public protocol ColumnValue: BitwiseCopyable {
    /// The column type of the header, `SLUICE_COLUMN_…`.
    static var columnType: UInt32 { get }
}

extension Int64: ColumnValue {
    /// `SLUICE_COLUMN_I64`.
    public static var columnType: UInt32 { UInt32(SLUICE_COLUMN_I64) }
}

extension Float: ColumnValue {
    /// `SLUICE_COLUMN_F32`.
    public static var columnType: UInt32 { UInt32(SLUICE_COLUMN_F32) }
}

extension UInt32: ColumnValue {
    /// `SLUICE_COLUMN_U32`.
    public static var columnType: UInt32 { UInt32(SLUICE_COLUMN_U32) }
}

/// Where a column's values lie.
///
/// Its own type, so that bounds and null bits are checked in one place.
@usableFromInline
struct ColumnLayout {
    @usableFromInline let rows: UnsafeRawPointer
    @usableFromInline let stride: Int
    @usableFromInline let offset: Int
    @usableFromInline let nullMask: UInt64
    @usableFromInline let rowCount: UInt32

    init(rows: UnsafeRawPointer, stride: Int, offset: Int, nullMask: UInt64, rowCount: UInt32) {
        self.rows = rows
        self.stride = stride
        self.offset = offset
        self.nullMask = nullMask
        self.rowCount = rowCount
    }

    /// Where the value of a row lies, or nil when it is absent or there is no such row.
    @inlinable
    func address(row: UInt32) -> UnsafeRawPointer? {
        guard row < rowCount else { return nil }
        let start = rows + Int(row) * stride
        let header = start.loadUnaligned(as: sluice_row_header.self)
        return header.null_bits & nullMask == 0 ? start + offset : nil
    }
}

/// A column of plain values, read in place.
///
/// Lifetime: as long as the binding it was resolved for.
public struct Column<Value: ColumnValue> {
    @usableFromInline let layout: ColumnLayout

    init(_ layout: ColumnLayout) { self.layout = layout }

    /// The value of a row; nil when it is absent or there is no such row.
    ///
    /// Complexity: two loads, no allocation.
    @inlinable
    public subscript(row: UInt32) -> Value? {
        layout.address(row: row)?.loadUnaligned(as: Value.self)
    }
}

/// A column of lists, read in place.
///
/// Lifetime: as long as the binding it was resolved for, and so are the lists it answers.
public struct ListColumn<Element: BitwiseCopyable> {
    @usableFromInline let layout: ColumnLayout
    @usableFromInline let heap: UnsafeRawBufferPointer

    init(_ layout: ColumnLayout, heap: UnsafeBufferPointer<UInt8>) {
        self.layout = layout
        self.heap = UnsafeRawBufferPointer(heap)
    }

    /// The list of a row; empty when it is absent, damaged, or there is no such row.
    ///
    /// Complexity: three loads, no allocation.
    @inlinable
    public subscript(row: UInt32) -> UnsafeBufferPointer<Element> {
        let none = UnsafeBufferPointer<Element>(start: nil, count: 0)
        guard let address = layout.address(row: row), let base = heap.baseAddress else {
            return none
        }
        let span = address.loadUnaligned(as: sluice_span.self)
        let start = base + Int(span.offset)
        let end = Int(span.offset) + Int(span.count) * MemoryLayout<Element>.stride
        guard end <= heap.count,
            UInt(bitPattern: start) % UInt(MemoryLayout<Element>.alignment) == 0
        else { return none }
        return UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: Element.self),
            count: Int(span.count)
        )
    }
}
