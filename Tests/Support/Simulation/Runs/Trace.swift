// SPDX-License-Identifier: Apache-2.0

/// What happened in a run, and a hash of all of it.
package struct Trace {
    /// One thing that happened.
    package struct Entry {
        /// On the monotonic clock.
        let nanoseconds: UInt64
        let event: StaticString
        let first: Int
        let second: Int
    }

    /// Source: FNV-1a, 64 bits.
    private static let prime: UInt64 = 0x100_0000_01B3

    private var entries: [Entry] = []
    /// Two runs with one of these sent the same replies at the same times.
    package private(set) var replyHash: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Two runs with one hash took the same steps and sent the same replies.
    package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Notes an event with what tells it from others of its kind.
    mutating func note(_ event: StaticString, at now: UInt64, _ first: Int = 0, _ second: Int = 0) {
        entries.append(Entry(nanoseconds: now, event: event, first: first, second: second))
        mix(now)
        mix(UInt64(bitPattern: Int64(first)))
        mix(UInt64(bitPattern: Int64(second)))
    }

    /// Takes what was sent into both hashes.
    mutating func mix(_ bytes: [UInt8], at now: UInt64) {
        let before = hash
        hash = replyHash
        mix(now)
        mix(bytes)
        replyHash = hash
        hash = before
        mix(replyHash)
    }

    private mutating func mix(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 8 <= bytes.count {
                mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            while offset < bytes.count {
                mix(UInt64(bytes[offset]))
                offset += 1
            }
        }
    }

    private mutating func mix(_ word: UInt64) {
        hash = (hash ^ word) &* Self.prime
    }

    /// The last events, one on each line.
    package func tail(_ count: Int) -> String {
        entries.suffix(count).map { entry in
            let microseconds = entry.nanoseconds / 1_000
            return "  \(microseconds) µs  \(entry.event) \(entry.first) \(entry.second)"
        }.joined(separator: "\n")
    }
}
