// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Walks the pages of an LMDB file by `pread` before it is mapped.
///
/// LMDB trusts its pages: a page number or node offset that leads outside the file would be a crash
/// or a `SIGBUS` under the map. After this walk every page, node and overflow run lies in the file,
/// and no page is reached twice.
///
/// Source: `MDB_meta`, `MDB_page`, `MDB_node`, `MDB_db` in LMDB 0.9's `mdb.c`, 64-bit.
struct LMDBFileCheck {
    private let descriptor: Int32
    private let path: String
    private let size: Int
    private var pageSize = 0
    private var pageCount = 0
    private var isSeen: [Bool] = []

    init(descriptor: Int32, size: Int, path: String) {
        self.descriptor = descriptor
        self.size = size
        self.path = path
    }

    /// Checks the file.
    ///
    /// - Throws: `SnapshotError` of code `corrupt` naming the page at fault.
    mutating func run() throws(SnapshotError) {
        let meta = try newestMeta()
        pageSize = meta.pageSize
        pageCount = meta.pageCount
        isSeen = Array(repeating: false, count: pageCount)
        isSeen[0] = true
        isSeen[1] = true
        try walk(meta.freeTree)
        try walk(meta.mainTree)
    }

    // MARK: Meta pages

    /// What the two meta pages say; LMDB serves from the one with the newer transaction.
    private func newestMeta() throws(SnapshotError) -> LMDBMeta {
        let first = try meta(atByte: 0)
        let second = try meta(atByte: first.pageSize)
        guard second.pageSize == first.pageSize else {
            throw corrupt(1, "the meta pages have different page sizes")
        }
        return first.transaction < second.transaction ? second : first
    }

    private func meta(atByte offset: Int) throws(SnapshotError) -> LMDBMeta {
        let bytes = try read(at: offset, count: LMDBMeta.size, page: offset == 0 ? 0 : 1)
        guard let meta = LMDBMeta(bytes) else {
            throw corrupt(offset == 0 ? 0 : 1, "expected an LMDB meta page of data version 1")
        }
        guard size % meta.pageSize == 0, meta.pageCount >= 2,
            meta.pageCount <= size / meta.pageSize
        else {
            throw corrupt(
                offset == 0 ? 0 : 1,
                "\(meta.pageCount) pages of \(meta.pageSize) bytes in a file of \(size)"
            )
        }
        return meta
    }

    // MARK: Trees

    private mutating func walk(_ tree: LMDBTree, depth: Int = 0) throws(SnapshotError) {
        guard tree.root != LMDBTree.noPage else { return }
        try walk(page: tree.root, depth: depth)
    }

    private mutating func walk(page: UInt64, depth: Int) throws(SnapshotError) {
        guard depth < Self.depthMax else { throw corrupt(page, "the tree is too deep") }
        let bytes = try claim(page)
        guard let nodes = LMDBPageNodes(bytes, page: page) else {
            throw corrupt(page, "expected a branch or leaf page with nodes inside it")
        }
        for child in nodes.children { try walk(page: child, depth: depth + 1) }
        for run in nodes.overflows { try claim(run) }
        for tree in nodes.trees { try walk(tree, depth: depth + 1) }
    }

    private mutating func claim(_ page: UInt64) throws(SnapshotError) -> [UInt8] {
        try mark(page, count: 1)
        return try read(at: Int(page) * pageSize, count: pageSize, page: page)
    }

    private mutating func claim(_ run: LMDBPageNodes.Overflow) throws(SnapshotError) {
        try mark(run.page, count: 1)
        let header = try read(
            at: Int(run.page) * pageSize,
            count: LMDBPageNodes.headerSize,
            page: run.page
        )
        guard let count = LMDBPageNodes.overflowPageCount(header, page: run.page),
            LMDBPageNodes.headerSize + run.size <= count * pageSize
        else { throw corrupt(run.page, "expected an overflow page for \(run.size) bytes") }
        try mark(run.page + 1, count: count - 1)
    }

    private mutating func mark(_ page: UInt64, count: Int) throws(SnapshotError) {
        guard page <= pageCount, count <= pageCount - Int(page) else {
            throw corrupt(page, "the page is outside the file")
        }
        for index in Int(page)..<Int(page) + count {
            guard !isSeen[index] else { throw corrupt(page, "the page is used twice") }
            isSeen[index] = true
        }
    }

    // MARK: Bytes

    private func read(at offset: Int, count: Int, page: UInt64) throws(SnapshotError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = pread(descriptor, &bytes, count, off_t(offset))
        guard found == count else {
            throw corrupt(page, "expected \(count) bytes at byte \(offset), got \(max(found, 0))")
        }
        return bytes
    }

    private func corrupt(_ page: UInt64, _ message: String) -> SnapshotError {
        SnapshotError(.corrupt, message, subject: "\(path):page \(page)")
    }

    /// LMDB's own cursor stack; a main tree and the trees in it share the bound here.
    private static let depthMax = 32
}
