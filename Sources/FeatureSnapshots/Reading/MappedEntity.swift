// SPDX-License-Identifier: Apache-2.0
import CLMDB
import CSluice

/// Where one entity lies in the map.
struct MappedEntity: BitwiseCopyable {
    /// The database from key to row number.
    let database: MDB_dbi
    /// The dense row table.
    let rows: UnsafeRawBufferPointer
    /// Texts and lists.
    let heap: UnsafeRawBufferPointer
    /// Rows of the table.
    let rowCount: Int
    /// Bytes between two rows.
    let stride: Int

    /// The row number an LMDB value holds; nil unless it is four bytes naming a row of the table.
    func row(ofValue value: UnsafeRawBufferPointer) -> UInt32? {
        guard value.count == MemoryLayout<UInt32>.size else { return nil }
        let row = UInt32(littleEndian: value.loadUnaligned(as: UInt32.self))
        return Int(row) < rowCount ? row : nil
    }

    /// The header of a row of the table.
    func header(of row: UInt32) -> sluice_row_header {
        rows.load(fromByteOffset: Int(row) * stride, as: sluice_row_header.self)
    }
}
