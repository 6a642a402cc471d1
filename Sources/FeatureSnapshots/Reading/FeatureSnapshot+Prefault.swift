// SPDX-License-Identifier: Apache-2.0
import Glibc

extension FeatureSnapshot {
    /// Brings every table, heap and blob into memory, so that no request waits for the disk.
    ///
    /// The pages of the key trees follow: checking the snapshot walks them.
    func prefault(_ load: SnapshotLoad) {
        for entity in entities {
            Self.populate(entity.rows, load)
            Self.populate(entity.heap, load)
        }
        for blob in blobs.entries { Self.populate(UnsafeRawBufferPointer(blob.content), load) }
    }

    private static func populate(_ bytes: UnsafeRawBufferPointer, _ load: SnapshotLoad) {
        let slice = SnapshotLoad.sliceBytes
        for offset in stride(from: 0, to: bytes.count, by: slice) {
            let end = min(offset + slice, bytes.count)
            populate(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
            load.didRead(end - offset)
        }
    }

    private static func populate(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        let lead = Int(bitPattern: start) % pageSize
        let page = UnsafeMutableRawPointer(mutating: start - lead)
        guard madvise(page, lead + bytes.count, populateRead) != 0 else { return }
        touch(bytes, every: pageSize)
    }

    /// For kernels before 5.14, which do not know the advice.
    private static func touch(_ bytes: UnsafeRawBufferPointer, every pageSize: Int) {
        var sum: UInt8 = 0
        for offset in stride(from: 0, to: bytes.count, by: pageSize) { sum &+= bytes[offset] }
        withExtendedLifetime(sum) {}
    }

    /// `MADV_POPULATE_READ` of Linux 5.14.
    private static let populateRead: Int32 = 22
}
