// SPDX-License-Identifier: Apache-2.0

/// Proves an index before anything is read from it: no number in it is trusted.
enum SessionIndexValidation {
    /// The header, when it is one and its counts make sense together.
    static func header(
        _ bytes: UnsafeRawBufferPointer
    ) throws(SessionIndexError) -> SessionIndexHeader {
        let size = MemoryLayout<SessionIndexHeader>.size
        guard bytes.count >= size, let base = bytes.baseAddress else {
            throw SessionIndexError("the session index is shorter than its header")
        }
        guard Int(bitPattern: base) % SessionIndexFormat.alignment == 0 else {
            throw SessionIndexError("the session index does not begin at a multiple of 8")
        }
        let header = base.load(as: SessionIndexHeader.self)
        guard header.magic == SessionIndexFormat.magic else {
            throw SessionIndexError("this is no session index")
        }
        guard header.version == SessionIndexFormat.version else {
            throw SessionIndexError(
                "the session index has version \(header.version), expected"
                    + " \(SessionIndexFormat.version); make it again with sluice index sessions"
            )
        }
        try counts(header, size: bytes.count)
        return header
    }

    /// Every count is a number of things that take at least a byte, so none exceeds the size.
    private static func counts(
        _ header: SessionIndexHeader,
        size: Int
    ) throws(SessionIndexError) {
        let counts = [
            header.itemCount, header.postingCount, header.sessionItemCount, header.popularCount,
        ]
        guard counts.allSatisfy({ Int($0) <= size }), header.keyBytes <= UInt64(size),
            Int(header.sessionCount) <= size, (2...4).contains(header.itemWidth),
            UInt64(header.itemCount) <= UInt64(1) << (8 * header.itemWidth)
        else { throw SessionIndexError("the session index has impossible counts in its header") }
    }

    /// Everything the counts do not say.
    static func content(of index: SessionIndex) throws(SessionIndexError) {
        try blocks(of: index)
        try postings(of: index)
        try items(of: index)
        if index.hasKeys { try keys(of: index) }
    }

    private static func blocks(of index: SessionIndex) throws(SessionIndexError) {
        var (start, time, sessions) = (0, UInt32(0), 0)
        for number in 0..<SessionIndexLayout.blockCount(index.header) {
            let block = index.blocks[number]
            guard Int(block.start) == start, block.time >= time else {
                throw SessionIndexError("block \(number) of the session index is out of order")
            }
            start += block.itemCount
            time = block.time
            sessions += 8
        }
        guard start == Int(index.header.sessionItemCount) else {
            throw SessionIndexError("the lengths of the sessions do not sum up to their items")
        }
        try lastBlock(of: index, sessions: sessions)
    }

    private static func lastBlock(
        of index: SessionIndex,
        sessions: Int
    ) throws(SessionIndexError) {
        for session in index.sessionCount..<sessions {
            guard index.items(ofSession: UInt32(session)).count == 0 else {
                throw SessionIndexError("the session index has items after its last session")
            }
        }
    }

    private static func postings(of index: SessionIndex) throws(SessionIndexError) {
        var start = UInt32(0)
        for item in 0..<index.itemCount {
            guard index.postingStarts[item] == start, index.postingStarts[item + 1] >= start,
                index.postingStarts[item + 1] <= index.header.postingCount
            else { throw SessionIndexError("the postings of item \(item) are out of order") }
            start = index.postingStarts[item + 1]
            let sessions = index.sessions(withItem: UInt32(item))
            var limit = index.header.sessionCount
            for session in sessions {
                guard session < limit else {
                    throw SessionIndexError("the sessions of item \(item) are out of order")
                }
                limit = session
            }
        }
        guard index.postingStarts[index.itemCount] == index.header.postingCount else {
            throw SessionIndexError("the session index has postings of no item")
        }
    }

    private static func items(of index: SessionIndex) throws(SessionIndexError) {
        var largest: UInt32 = 0
        for place in 0..<Int(index.header.sessionItemCount) {
            largest = max(largest, index.item(at: place))
        }
        for item in index.popular { largest = max(largest, item) }
        let isEmpty = index.header.sessionItemCount == 0 && index.popular.isEmpty
        guard isEmpty || largest < index.header.itemCount else {
            throw SessionIndexError("the session index names item \(largest), which it has not")
        }
        for item in 0..<index.itemCount where !(index.inverseFrequencies[item] >= 0) {
            throw SessionIndexError("item \(item) has no usable frequency")
        }
    }

    private static func keys(of index: SessionIndex) throws(SessionIndexError) {
        var end: UInt32 = 0
        for item in 0..<index.itemCount {
            let bounds = index.keyBounds(ofItem: item)
            let size = Int(bounds.end) - Int(bounds.start)
            guard bounds.start == end, (1...SessionIndexFormat.keyBytesMaximum).contains(size),
                UInt64(bounds.end) <= index.header.keyBytes
            else { throw SessionIndexError("the key of item \(item) lies outside the keys") }
            end = bounds.end
        }
        for item in UInt32(1)..<max(index.header.itemCount, 1) {
            let keys = (index.key(ofItem: item - 1), index.key(ofItem: item))
            guard keys.0.lexicographicallyPrecedes(keys.1) else {
                throw SessionIndexError("the keys of the session index are out of order")
            }
        }
    }
}
