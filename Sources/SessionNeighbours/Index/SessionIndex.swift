// SPDX-License-Identifier: Apache-2.0

/// Sessions of the past, found by the items in them; read in place.
///
/// Lifetime: as long as the memory it was opened on, which must not change. Concurrency: any number
/// of threads.
package struct SessionIndex: @unchecked Sendable {
    // Sendable: the memory behind the pointers is immutable.
    let header: SessionIndexHeader
    let postingStarts: UnsafePointer<UInt32>
    let inverseFrequencies: UnsafePointer<Double>
    let blocks: UnsafePointer<SessionBlock>
    let postings: UnsafePointer<UInt32>
    private let sessionItems: UnsafeRawPointer
    private let itemMask: UInt32
    private let itemWidth: Int
    private let keyStarts: UnsafePointer<UInt32>
    private let keys: UnsafePointer<UInt8>
    /// Items by the number of their sessions, most first.
    package let popular: UnsafeBufferPointer<UInt32>

    /// Opens an index and checks every number in it once, so that no query has to.
    ///
    /// - Parameter bytes: the whole index, at an address that is a multiple of eight.
    /// - Throws: `SessionIndexError` naming the part that is damaged.
    package init(_ bytes: UnsafeRawBufferPointer) throws(SessionIndexError) {
        let header = try SessionIndexValidation.header(bytes)
        let layout = SessionIndexLayout(header)
        guard bytes.count == layout.size, let base = bytes.baseAddress else {
            throw SessionIndexError(
                "the session index has \(bytes.count) bytes, its header says \(layout.size)"
            )
        }
        self.header = header
        postingStarts = (base + layout.postingStarts).assumingMemoryBound(to: UInt32.self)
        inverseFrequencies = (base + layout.inverseFrequencies)
            .assumingMemoryBound(to: Double.self)
        blocks = (base + layout.blocks).assumingMemoryBound(to: SessionBlock.self)
        postings = (base + layout.postings).assumingMemoryBound(to: UInt32.self)
        sessionItems = base + layout.sessionItems
        itemWidth = Int(header.itemWidth)
        itemMask = UInt32.max >> (32 - 8 * header.itemWidth)
        keyStarts = (base + layout.keyStarts).assumingMemoryBound(to: UInt32.self)
        keys = (base + layout.keys).assumingMemoryBound(to: UInt8.self)
        popular = UnsafeBufferPointer(
            start: (base + layout.popular).assumingMemoryBound(to: UInt32.self),
            count: Int(header.popularCount)
        )
        try SessionIndexValidation.content(of: self)
    }

    /// Different items.
    package var itemCount: Int { Int(header.itemCount) }
    /// Sessions that can be neighbours.
    package var sessionCount: Int { Int(header.sessionCount) }
    /// Clicks the index was made of.
    package var clickCount: Int { Int(header.clickCount) }
    /// The most sessions kept of one item; a query cannot look at more.
    package var postingsMaximum: Int { Int(header.postingsMaximum) }
    /// Whether items have keys of their own.
    package var hasKeys: Bool { header.keyBytes > 0 }
    /// Bytes of the item table: what grows with the items and not with the clicks.
    package var itemTableBytes: Int { SessionIndexLayout(header).blocks }
    /// Bytes of everything.
    package var byteCount: Int { SessionIndexLayout(header).size }

    /// The sessions with an item, most recent first.
    @inline(__always)
    func sessions(withItem item: UInt32) -> UnsafeBufferPointer<UInt32> {
        let start = Int(postingStarts[Int(item)])
        let end = Int(postingStarts[Int(item) + 1])
        return UnsafeBufferPointer(start: postings + start, count: end - start)
    }

    /// Where the items of a session are, in the order of their last clicks.
    @inline(__always)
    func items(ofSession session: UInt32) -> (start: Int, count: Int) {
        blocks[Int(session / 8)].items(ofSession: session)
    }

    /// The item at a place of all sessions' items.
    @inline(__always)
    func item(at place: Int) -> UInt32 {
        sessionItems.loadUnaligned(fromByteOffset: place &* itemWidth, as: UInt32.self) & itemMask
    }

    // MARK: - Keys

    /// The key of an item, UTF-8; empty when the index has no keys.
    package func key(ofItem item: UInt32) -> UnsafeBufferPointer<UInt8> {
        guard hasKeys, item < header.itemCount else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        let start = Int(keyStarts[Int(item)])
        return UnsafeBufferPointer(
            start: keys + start,
            count: Int(keyStarts[Int(item) + 1]) - start
        )
    }

    /// The item of a key, or nil.
    package func findItem(_ key: UnsafeBufferPointer<UInt8>) -> UInt32? {
        guard hasKeys else { return nil }
        var (lower, upper) = (UInt32(0), header.itemCount)
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            let candidate = self.key(ofItem: middle)
            if candidate.elementsEqual(key) { return middle }
            if candidate.lexicographicallyPrecedes(key) {
                lower = middle + 1
            } else {
                upper = middle
            }
        }
        return nil
    }

    /// Bounds of the keys' bytes, for validation.
    func keyBounds(ofItem item: Int) -> (start: UInt32, end: UInt32) {
        (keyStarts[item], keyStarts[item + 1])
    }
}
