// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Fills the memory of an index, section by section.
struct SessionIndexWriter {
    let storage: SessionIndexStorage
    private let header: SessionIndexHeader
    private let layout: SessionIndexLayout
    private let base: UnsafeMutableRawPointer

    init(_ header: SessionIndexHeader) {
        self.header = header
        layout = SessionIndexLayout(header)
        storage = SessionIndexStorage(size: layout.size)
        base = storage.base
        base.storeBytes(of: header, as: SessionIndexHeader.self)
    }

    /// Writes what is known of each item.
    func writeItems(_ counts: [UInt32], popular: [UInt32], keys: [[UInt8]]) {
        let frequencies = pointer(layout.inverseFrequencies, to: Double.self)
        let total = Double(header.sessionItemCount)
        for item in counts.indices {
            frequencies[item] = counts[item] == 0 ? 0 : log(total / Double(counts[item]))
        }
        pointer(layout.popular, to: UInt32.self).update(from: popular, count: popular.count)
        if header.keyBytes > 0 { write(keys) }
    }

    /// Writes the sessions, eight to a block, and their items.
    func writeSessions(_ sessions: OrderedSessions) {
        let blocks = pointer(layout.blocks, to: SessionBlock.self)
        var place = 0
        for session in 0..<sessions.count {
            let block = session / SessionIndexFormat.sessionsPerBlock
            let items = sessions.items(session)
            if session % SessionIndexFormat.sessionsPerBlock == 0 {
                blocks[block].start = UInt32(place)
                blocks[block].time = sessions.time(session)
            }
            blocks[block].lengths |= UInt64(items.count) << UInt64(8 * (session % 8))
            for item in items {
                write(item, at: place)
                place += 1
            }
        }
    }

    /// Writes for each item its most recent sessions, most recent first.
    func writePostings(_ sessions: OrderedSessions, kept: [UInt32]) {
        let starts = pointer(layout.postingStarts, to: UInt32.self)
        for item in kept.indices { starts[item + 1] = starts[item] + kept[item] }
        let postings = pointer(layout.postings, to: UInt32.self)
        var next = (0..<kept.count).map { starts[$0] }
        for session in (0..<sessions.count).reversed() {
            for item in sessions.items(session) where next[Int(item)] < starts[Int(item) + 1] {
                postings[Int(next[Int(item)])] = UInt32(session)
                next[Int(item)] += 1
            }
        }
    }

    private func write(_ item: UInt32, at place: Int) {
        let bytes = base + layout.sessionItems + place * Int(header.itemWidth)
        for index in 0..<Int(header.itemWidth) {
            bytes.storeBytes(
                of: UInt8(truncatingIfNeeded: item >> UInt32(8 * index)),
                toByteOffset: index,
                as: UInt8.self
            )
        }
    }

    private func write(_ keys: [[UInt8]]) {
        let starts = pointer(layout.keyStarts, to: UInt32.self)
        let bytes = pointer(layout.keys, to: UInt8.self)
        for (item, key) in keys.enumerated() {
            starts[item + 1] = starts[item] + UInt32(key.count)
            (bytes + Int(starts[item])).update(from: key, count: key.count)
        }
    }

    private func pointer<Element>(
        _ offset: Int,
        to type: Element.Type
    ) -> UnsafeMutablePointer<Element> {
        (base + offset).assumingMemoryBound(to: type)
    }
}
