// SPDX-License-Identifier: Apache-2.0

/// How an index lies in memory: one blob, little-endian, read in place.
///
/// The header tells the counts; from them follow the places of the sections, each beginning at a
/// multiple of eight, in the order of `SessionIndexLayout`. Items are numbered 0, 1, 2… in the
/// bytewise order of their keys, sessions 0, 1, 2… in the order of time: the larger number is the
/// more recent one. A session takes 2 bytes, and each of its items 4 in the postings and as few as
/// hold its number (2 to 4) in the session, so an index takes at most 8 bytes a click, the item
/// table apart.
enum SessionIndexFormat {
    static let magic = UInt64(littleEndian: 0x4e53_4543_4955_4c53)  // "SLUICESN"
    static let version: UInt32 = 1
    static let alignment = 8
    /// Sessions that share a start and a time: their lengths are one word, added up at once.
    static let sessionsPerBlock = 8
    /// Items of the longest session: its length is a byte, and longer ones are robots or stock lists.
    static let sessionLengthMaximum = 255
    /// Longest key of an item, as in a snapshot's builder.
    static let keyBytesMaximum = 255
    /// An item of a session is read as four bytes, so these follow the last one.
    static let padding = 4
}

/// The first 64 bytes of an index.
struct SessionIndexHeader: BitwiseCopyable {
    var magic = SessionIndexFormat.magic
    var version = SessionIndexFormat.version
    /// Bytes of an item within a session.
    var itemWidth: UInt32 = 0
    var itemCount: UInt32 = 0
    var sessionCount: UInt32 = 0
    var postingCount: UInt32 = 0
    var sessionItemCount: UInt32 = 0
    var popularCount: UInt32 = 0
    /// The most sessions kept of one item.
    var postingsMaximum: UInt32 = 0
    /// Bytes of all item keys; 0 for an index whose items are numbered by someone else.
    var keyBytes: UInt64 = 0
    /// Clicks the index was made of, repeats included.
    var clickCount: UInt64 = 0
    /// Unix time of the first session, which block times count from.
    var firstTime: Int64 = 0
}

/// Eight sessions: where their items begin, when they were, and how many items each has.
struct SessionBlock: BitwiseCopyable {
    /// Number of the first item of the first session.
    var start: UInt32 = 0
    /// Seconds from the index's first time to the end of the block's first session.
    var time: UInt32 = 0
    /// One byte each, the first session's lowest; 0 past the last session.
    var lengths: UInt64 = 0

    /// The items of one of the eight.
    @inline(__always)
    func items(ofSession number: UInt32) -> (start: Int, count: Int) {
        let shift = UInt64(number & 7) * 8
        let before = lengths & ((1 << shift) - 1)
        return (Int(start) + Self.sumOfBytes(before), Int((lengths >> shift) & 0xff))
    }

    /// All eight lengths added up.
    var itemCount: Int { Self.sumOfBytes(lengths) }

    /// Adds bytes pairwise, then the four sums by one multiplication.
    @inline(__always)
    private static func sumOfBytes(_ word: UInt64) -> Int {
        let pairs = (word & 0x00ff_00ff_00ff_00ff) &+ ((word >> 8) & 0x00ff_00ff_00ff_00ff)
        return Int((pairs &* 0x0001_0001_0001_0001) >> 48)
    }
}

/// Where the sections of an index begin, in bytes.
struct SessionIndexLayout {
    let postingStarts: Int
    let inverseFrequencies: Int
    let popular: Int
    let keyStarts: Int
    let keys: Int
    let blocks: Int
    let postings: Int
    let sessionItems: Int
    /// Bytes of the whole index.
    let size: Int

    init(_ header: SessionIndexHeader) {
        let items = Int(header.itemCount)
        let hasKeys = header.keyBytes > 0
        var end = MemoryLayout<SessionIndexHeader>.size
        func section(_ bytes: Int) -> Int {
            defer { end = (end + bytes + 7) & ~7 }
            return end
        }
        postingStarts = section((items + 1) * 4)
        inverseFrequencies = section(items * 8)
        popular = section(Int(header.popularCount) * 4)
        keyStarts = section(hasKeys ? (items + 1) * 4 : 0)
        keys = section(Int(header.keyBytes))
        blocks = section(Self.blockCount(header) * MemoryLayout<SessionBlock>.stride)
        postings = section(Int(header.postingCount) * 4)
        let widths = Int(header.sessionItemCount) * Int(header.itemWidth)
        sessionItems = section(widths + SessionIndexFormat.padding)
        size = end
    }

    static func blockCount(_ header: SessionIndexHeader) -> Int {
        let perBlock = SessionIndexFormat.sessionsPerBlock
        return (Int(header.sessionCount) + perBlock - 1) / perBlock
    }
}
