// SPDX-License-Identifier: Apache-2.0
import CSluice

/// One column of a small table, with a value for each row.
package struct ColumnFixture: Sendable {
    let name: String
    let type: UInt32
    let elementSize: UInt32
    /// The value's bytes for each row; nil is absent. Lists go to the heap.
    let cells: [[UInt8]?]

    /// Whole numbers; nil is absent.
    package static func i64(_ name: String, _ values: [Int64?]) -> Self {
        plain(name, SLUICE_COLUMN_I64, values)
    }

    /// Real numbers; nil is absent.
    package static func f32(_ name: String, _ values: [Float?]) -> Self {
        plain(name, SLUICE_COLUMN_F32, values)
    }

    /// Codes; nil is absent.
    package static func u32(_ name: String, _ values: [UInt32?]) -> Self {
        plain(name, SLUICE_COLUMN_U32, values)
    }

    /// Lists of C structs.
    package static func list<Element: BitwiseCopyable>(
        _ name: String,
        _ values: [[Element]]
    ) -> Self {
        Self(
            name: name,
            type: UInt32(SLUICE_COLUMN_LIST),
            elementSize: UInt32(MemoryLayout<Element>.stride),
            cells: values.map { list in list.flatMap { withUnsafeBytes(of: $0, Array.init) } }
        )
    }

    private static func plain<Value: BitwiseCopyable>(
        _ name: String,
        _ type: Int,
        _ values: [Value?]
    ) -> Self {
        Self(
            name: name,
            type: UInt32(type),
            elementSize: 0,
            cells: values.map { $0.map { withUnsafeBytes(of: $0, Array.init) } }
        )
    }
}

/// A snapshot in memory, laid out as the header says.
package final class SnapshotFixture {
    /// What `bind` is given.
    package let view: UnsafePointer<sluice_snapshot>
    let blobs: [String: [UInt32]]
    private let memory = Memory()

    /// Lays the tables out.
    ///
    /// - Parameters:
    ///   - entities: columns by entity name.
    ///   - blobs: row numbers by blob name.
    package convenience init(
        _ entities: KeyValuePairs<String, [ColumnFixture]>,
        blobs: [String: [UInt32]] = [:]
    ) {
        self.init(entities: entities.map { ($0.key, $0.value) }, blobs: blobs)
    }

    /// Lays the tables out.
    ///
    /// - Parameters:
    ///   - entities: columns by entity name.
    ///   - blobs: row numbers by blob name.
    package init(entities: [(String, [ColumnFixture])], blobs: [String: [UInt32]] = [:]) {
        self.blobs = blobs
        var snapshot = sluice_snapshot()
        snapshot.struct_size = UInt32(MemoryLayout<sluice_snapshot>.size)
        snapshot.entity_count = UInt32(entities.count)
        snapshot.entity_stride = UInt32(MemoryLayout<sluice_entity>.stride)
        snapshot.entities = UnsafePointer(
            memory.copy(entities.map { [memory] in Self.entity($0.0, $0.1, memory) })
        )
        snapshot.currency_digits = 2
        let view = memory.copy([snapshot])
        self.view = UnsafePointer(view)
        view.pointee.host_snapshot = Unmanaged.passUnretained(self).toOpaque()
    }

    func blob(_ name: sluice_bytes) -> sluice_bytes {
        guard let rows = blobs[name.string] else { return sluice_bytes() }
        let start = UnsafeRawPointer(memory.copy(rows)).assumingMemoryBound(to: UInt8.self)
        return sluice_bytes(data: start, size: UInt64(rows.count * 4))
    }

    /// Every value gets eight bytes after the row's header.
    private static func entity(
        _ name: String,
        _ columns: [ColumnFixture],
        _ memory: Memory
    ) -> sluice_entity {
        let header = MemoryLayout<sluice_row_header>.size
        let stride = (header + 8 * columns.count + 63) / 64 * 64
        let rowCount = columns.first?.cells.count ?? 0
        let rows = memory.bytes(stride * rowCount)
        var heap: [UInt8] = []
        for (index, column) in columns.enumerated() {
            for (row, cell) in column.cells.enumerated() {
                let start = rows + row * stride
                write(
                    cell,
                    of: column,
                    bit: index,
                    header: start,
                    at: start + header + 8 * index,
                    &heap
                )
            }
        }
        var entity = sluice_entity()
        entity.struct_size = UInt32(MemoryLayout<sluice_entity>.size)
        entity.row_count = UInt32(rowCount)
        (entity.name.data, entity.name.size) = memory.text(name)
        entity.rows = UnsafePointer(rows.assumingMemoryBound(to: UInt8.self))
        entity.row_stride = UInt64(stride)
        entity.columns = UnsafePointer(
            memory.copy(columns.enumerated().map { Self.column($1, at: $0, header, memory) })
        )
        entity.column_count = UInt32(columns.count)
        entity.column_stride = UInt32(MemoryLayout<sluice_column>.stride)
        entity.heap = sluice_bytes(data: UnsafePointer(memory.copy(heap)), size: UInt64(heap.count))
        return entity
    }

    private static func write(
        _ cell: [UInt8]?,
        of column: ColumnFixture,
        bit: Int,
        header: UnsafeMutableRawPointer,
        at place: UnsafeMutableRawPointer,
        _ heap: inout [UInt8]
    ) {
        guard let cell else {
            header.assumingMemoryBound(to: sluice_row_header.self).pointee.null_bits |= 1 << bit
            return
        }
        guard column.elementSize > 0 else {
            return place.copyMemory(from: cell, byteCount: cell.count)
        }
        heap += Array(repeating: 0, count: (8 - heap.count % 8) % 8)
        let count = UInt32(cell.count) / column.elementSize
        place.storeBytes(
            of: sluice_span(offset: UInt32(heap.count), count: count),
            as: sluice_span.self
        )
        heap += cell
    }

    private static func column(
        _ fixture: ColumnFixture,
        at index: Int,
        _ header: Int,
        _ memory: Memory
    ) -> sluice_column {
        var column = sluice_column()
        column.struct_size = UInt32(MemoryLayout<sluice_column>.size)
        column.type = fixture.type
        (column.name.data, column.name.size) = memory.text(fixture.name)
        column.offset = UInt32(header + 8 * index)
        column.null_bit = UInt32(index)
        column.element_size = fixture.elementSize
        return column
    }
}
