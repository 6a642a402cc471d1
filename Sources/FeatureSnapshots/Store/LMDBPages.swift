// SPDX-License-Identifier: Apache-2.0

/// The facts of an LMDB meta page that decide what will be read.
struct LMDBMeta {
    let pageSize: Int
    let pageCount: Int
    let transaction: UInt64
    let freeTree: LMDBTree
    let mainTree: LMDBTree

    /// Bytes of a page header and an `MDB_meta`.
    static let size = 16 + 136

    /// Reads a meta page; nil unless it is one of data version 1.
    init?(_ bytes: [UInt8]) {
        guard bytes.u16(at: 10) == 0x08, bytes.u32(at: 16) == 0xbeef_c0de, bytes.u32(at: 20) == 1
        else { return nil }
        pageSize = Int(bytes.u32(at: 40))
        guard Self.pageSizes.contains(pageSize), pageSize.nonzeroBitCount == 1,
            bytes.u64(at: 24) == 0, bytes.u16(at: 44) & ~Self.noSubdirectory == Self.integerKey,
            let lastPage = Int(exactly: bytes.u64(at: 136)), lastPage < Int.max / pageSize
        else { return nil }
        pageCount = lastPage + 1
        transaction = bytes.u64(at: 144)
        freeTree = LMDBTree(bytes, at: 40)
        mainTree = LMDBTree(bytes, at: 88)
        guard mainTree.flags == 0 else { return nil }
    }

    /// The flags of the environment lie with those of the free tree, whose keys are integers.
    private static let integerKey: UInt16 = 0x08
    private static let noSubdirectory: UInt16 = 0x4000

    /// Page sizes LMDB is built for.
    private static let pageSizes = 512...32768
}

/// An `MDB_db`: the root of a tree.
struct LMDBTree {
    let root: UInt64
    let flags: UInt16

    /// `P_INVALID`: the tree is empty.
    static let noPage = UInt64.max

    /// Bytes of an `MDB_db`.
    static let size = 48

    init(_ bytes: [UInt8], at offset: Int) {
        flags = bytes.u16(at: offset + 4)
        root = bytes.u64(at: offset + 40)
    }
}

/// Where the nodes of a branch or leaf page lead.
struct LMDBPageNodes {
    /// A value on pages of its own.
    struct Overflow {
        let page: UInt64
        let size: Int
    }

    private(set) var children: [UInt64] = []
    private(set) var overflows: [Overflow] = []
    private(set) var trees: [LMDBTree] = []

    /// Bytes of a page header.
    static let headerSize = 16

    /// Reads a page; nil unless it is a branch or leaf whose nodes lie inside it.
    init?(_ bytes: [UInt8], page: UInt64) {
        let kind = bytes.u16(at: 10)
        let lower = Int(bytes.u16(at: 12))
        let upper = Int(bytes.u16(at: 14))
        guard bytes.u64(at: 0) == page, kind == Self.branch || kind == Self.leaf,
            lower >= Self.headerSize, lower % 2 == 0, lower <= upper, upper <= bytes.count
        else { return nil }
        let count = (lower - Self.headerSize) / 2
        guard count >= (kind == Self.branch ? 2 : 1) else { return nil }
        for index in 0..<count {
            let node = Int(bytes.u16(at: Self.headerSize + 2 * index))
            guard node >= upper, node % 2 == 0, node + Self.nodeHeaderSize <= bytes.count,
                kind == Self.branch
                    ? addBranch(bytes, node, isFirst: index == 0) : addLeaf(bytes, node)
            else { return nil }
        }
    }

    /// The page count of an overflow page; nil when it is none.
    static func overflowPageCount(_ header: [UInt8], page: UInt64) -> Int? {
        guard header.u64(at: 0) == page, header.u16(at: 10) == 0x04 else { return nil }
        let count = Int(header.u32(at: 12))
        return count > 0 ? count : nil
    }

    private mutating func addBranch(_ bytes: [UInt8], _ node: Int, isFirst: Bool) -> Bool {
        let keySize = Int(bytes.u16(at: node + 6))
        let child =
            UInt64(bytes.u32(at: node)) | UInt64(bytes.u16(at: node + 4)) << 32
        children.append(child)
        return node + Self.nodeHeaderSize + keySize <= bytes.count
            && (isFirst || Self.keySizes.contains(keySize))
    }

    private mutating func addLeaf(_ bytes: [UInt8], _ node: Int) -> Bool {
        let size = Int(bytes.u32(at: node))
        let flags = bytes.u16(at: node + 4)
        let keySize = Int(bytes.u16(at: node + 6))
        let value = node + Self.nodeHeaderSize + keySize
        let isApart = flags == Self.bigData
        let sizeHere = isApart ? 8 : size
        guard Self.keySizes.contains(keySize), value + sizeHere <= bytes.count else { return false }
        switch flags {
        case 0: return true
        case Self.bigData:
            overflows.append(Overflow(page: bytes.u64(at: value), size: size))
            return true
        case Self.subData:
            guard size == LMDBTree.size else { return false }
            let tree = LMDBTree(bytes, at: value)
            trees.append(tree)
            return tree.flags == 0
        default: return false
        }
    }

    private static let branch: UInt16 = 0x01
    private static let leaf: UInt16 = 0x02
    private static let bigData: UInt16 = 0x01
    private static let subData: UInt16 = 0x02
    private static let nodeHeaderSize = 8
    private static let keySizes = 1...SnapshotFormat.keySizeMax
}

extension [UInt8] {
    fileprivate func u16(at offset: Int) -> UInt16 { load(at: offset) }
    fileprivate func u32(at offset: Int) -> UInt32 { load(at: offset) }
    fileprivate func u64(at offset: Int) -> UInt64 { load(at: offset) }

    private func load<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value {
        withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
    }
}
