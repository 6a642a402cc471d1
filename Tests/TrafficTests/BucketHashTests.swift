// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct BucketHashTests {
    struct Vector: Sendable {
        let seed: String
        let value: String
        let version: Int
        let fraction: Double

        init(_ seed: String, _ value: String, _ version: Int, _ fraction: Double) {
            self.seed = seed
            self.value = value
            self.version = version
            self.fraction = fraction
        }
    }

    static let published = [
        Vector("", "a", 1, 0.22), Vector("", "b", 1, 0.077), Vector("b", "a", 1, 0.946),
        Vector("ef", "d", 1, 0.652), Vector("asdf", "8952klfjas09ujk", 1, 0.549),
        Vector("", "123", 1, 0.011), Vector("", "___)((*\":&", 1, 0.563),
        Vector("seed", "a", 2, 0.0505), Vector("seed", "b", 2, 0.2696),
        Vector("foo", "ab", 2, 0.2575), Vector("foo", "def", 2, 0.2019),
        Vector("89123klj", "8952klfjas09ujkasdf", 2, 0.124),
        Vector("90850943850283058242805", "123", 2, 0.7516),
        Vector("()**(%$##$%#$#", "___)((*\":&", 2, 0.0128),
    ]

    @Test(arguments: published)
    func matchesThePublishedVector(vector: Vector) throws {
        let hash = try #require(BucketHash(rawValue: vector.version))
        let bucket = withUTF8(vector.value) { hash.bucket(seed: Array(vector.seed.utf8), unit: $0) }
        #expect(Double(bucket) / Double(hash.bucketCount) == vector.fraction)
    }

    @Test func hasNoOtherVersion() {
        #expect(BucketHash(rawValue: 99) == nil)
    }

    @Test(arguments: [("ü", 6_166), ("日本", 9_652), ("😀", 4_346)])
    func hashesCodeUnitsAsJavaScriptDoes(unit: String, bucket: Int) {
        #expect(withUTF8(unit) { Layer(salt: "seed").bucket(of: $0) } == bucket)
        let hash = BucketHash.version2
        #expect(withUTF8(unit) { hash.bucket(seed: Array("seed".utf8), unit: $0) } == bucket)
    }

    @Test func mixesTextAndBytesAlike() {
        for text in ["", "plain", "naïve café", "a😀b", "𝔘𝔫𝔦", "\u{0}\u{7F}\u{80}\u{FFFF}"] {
            var expected = FNV1a32()
            for codeUnit in text.utf16 { expected.combine(codeUnit: codeUnit) }
            var hash = FNV1a32()
            withUTF8(text) { hash.combine(utf8: $0) }
            #expect(hash == expected, "\(text)")
        }
    }

    @Test(
        arguments: [[0xFF], [0x61, 0xC3], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80]] as [[UInt8]]
    )
    func takesBytesThatAreNotUTF8(bytes: [UInt8]) {
        let bucket = bytes.withUnsafeBytes { Layer(salt: "seed").bucket(of: $0) }
        #expect(
            bucket
                == withUTF8(String(decoding: bytes, as: UTF8.self)) {
                    Layer(salt: "seed").bucket(of: $0)
                }
        )
    }

    @Test(arguments: [0, 9, 10, 99, 1_000_000_000, .max] as [UInt32])
    func hashesDecimalDigits(value: UInt32) {
        var digits = FNV1a32()
        digits.combine(decimal: value)
        var text = FNV1a32()
        withUTF8(String(value)) { text.combine(utf8: $0) }
        #expect(digits == text)
    }
}
