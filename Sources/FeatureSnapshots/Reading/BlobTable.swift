// SPDX-License-Identifier: Apache-2.0
import CSluice
import Glibc

/// The free blobs of a snapshot, sorted by name, found without allocating.
struct BlobTable {
    /// A blob's name and content.
    struct Entry: BitwiseCopyable {
        let name: sluice_bytes
        let content: sluice_bytes
    }

    /// Sorted by name, bytewise.
    let entries: UnsafeBufferPointer<Entry>

    /// The content of the blob called `name`; `{NULL, 0}` when there is none.
    func content(of name: sluice_bytes) -> sluice_bytes {
        var lower = 0
        var upper = entries.count
        while lower < upper {
            let middle = (lower + upper) / 2
            let order = Self.compare(entries[middle].name, name)
            if order == 0 { return entries[middle].content }
            if order < 0 { lower = middle + 1 } else { upper = middle }
        }
        return sluice_bytes(data: nil, size: 0)
    }

    static func compare(_ left: sluice_bytes, _ right: sluice_bytes) -> Int {
        let shared = Int(min(left.size, right.size))
        let order = shared == 0 ? 0 : Int(memcmp(left.data, right.data, shared))
        return order != 0 ? order : Int(left.size) - Int(clamping: right.size)
    }
}
