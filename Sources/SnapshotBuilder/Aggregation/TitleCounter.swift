// SPDX-License-Identifier: Apache-2.0

/// Finds the most frequent title of a product.
///
/// Exact up to `Limits.titlesPerProductMaximum` titles; further ones displace the rarest
/// (space-saving), which never loses a title that more than 1 in that many rows bears.
struct TitleCounter {
    private struct Entry {
        var title: [UInt8]
        var count = 1
        var lastSeen: Int
    }

    private var entries: [Entry] = []
    private var seen = 0

    /// The most frequent title; of equals the one seen last.
    var best: [UInt8]? {
        entries.max { ($0.count, $0.lastSeen) < ($1.count, $1.lastSeen) }?.title
    }

    mutating func insert(_ text: UnsafeRawBufferPointer) {
        let title = FieldText.prefix(FieldText.trimmed(text), Limits.titleBytesMaximum)
        guard !title.isEmpty else { return }
        seen += 1
        guard let index = entries.firstIndex(where: { FieldText.equal(title, $0.title) }) else {
            return add(Array(title))
        }
        entries[index].count += 1
        entries[index].lastSeen = seen
    }

    private mutating func add(_ title: [UInt8]) {
        guard entries.count == Limits.titlesPerProductMaximum,
            let rarest = entries.indices.min(by: { entries[$0].count < entries[$1].count })
        else { return entries.append(Entry(title: title, lastSeen: seen)) }
        entries[rarest].title = title
        entries[rarest].count += 1
        entries[rarest].lastSeen = seen
    }
}
