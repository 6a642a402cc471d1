// SPDX-License-Identifier: Apache-2.0

/// The two published GrowthBook bucketing hashes, in integers.
///
/// Both run FNV-1a over UTF-16 code units, as JavaScript does, so a unit lands in the bucket every
/// GrowthBook SDK of the web would give it, ASCII or not.
///
/// Source: GrowthBook SDK specification 0.8.0, key `hash`.
package enum BucketHash: Int, Sendable, CaseIterable {
    /// One pass over value + seed, 1,000 buckets. Biased; kept to check against published vectors.
    case version1 = 1
    /// A second pass over the first hash's decimal digits, 10,000 buckets: one per basis point.
    case version2 = 2

    /// How many buckets the hash divides units into.
    package var bucketCount: Int {
        switch self {
        case .version1: 1_000
        case .version2: 10_000
        }
    }

    /// The bucket of a unit, from 0 to `bucketCount - 1`.
    ///
    /// Bytes that are not UTF-8 hash as U+FFFD. Complexity: linear, no allocation.
    package func bucket(seed: UnsafeRawBufferPointer, unit: UnsafeRawBufferPointer) -> Int {
        var hash = FNV1a32()
        switch self {
        case .version1:
            hash.combine(utf8: unit)
            hash.combine(utf8: seed)
            return hash.remainder(bucketCount)
        case .version2:
            hash.combine(utf8: seed)
            hash.combine(utf8: unit)
            return hash.rehashed.remainder(bucketCount)
        }
    }

    /// The bucket of a unit, from 0 to `bucketCount - 1`.
    package func bucket(seed: [UInt8], unit: UnsafeRawBufferPointer) -> Int {
        seed.withUnsafeBytes { bucket(seed: $0, unit: unit) }
    }
}

/// FNV-1a with 32 bits over UTF-16 code units.
struct FNV1a32: Hashable, Sendable {
    private(set) var state: UInt32 = 0x811C_9DC5

    /// A new hash of this one's decimal digits: the second pass of GrowthBook's version 2.
    var rehashed: FNV1a32 {
        var hash = FNV1a32()
        hash.combine(decimal: state)
        return hash
    }

    func remainder(_ divisor: Int) -> Int { Int(state) % divisor }

    mutating func combine(codeUnit: UInt16) {
        state = (state ^ UInt32(codeUnit)) &* 0x0100_0193
    }

    mutating func combine(utf8 bytes: UnsafeRawBufferPointer) {
        let ascii = bytes.prefix { $0 < 0x80 }
        for byte in ascii { combine(codeUnit: UInt16(byte)) }
        guard ascii.count < bytes.count else { return }
        let rest = bytes[ascii.endIndex...].makeIterator()
        _ = transcode(rest, from: UTF8.self, to: UTF16.self, stoppingOnError: false) {
            combine(codeUnit: $0)
        }
    }

    mutating func combine(decimal value: UInt32) {
        var rest = value
        var digits: UInt64 = 0
        var count = 0
        repeat {
            digits = digits << 4 | UInt64(rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        for _ in 0..<count {
            combine(codeUnit: UInt16(UInt8(ascii: "0")) + UInt16(digits & 15))
            digits >>= 4
        }
    }
}
