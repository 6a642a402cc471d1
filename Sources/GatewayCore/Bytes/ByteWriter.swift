// SPDX-License-Identifier: Apache-2.0

/// A growable byte buffer that is filled, sent and filled again.
///
/// Complexity: allocates only when it grows, so not at all once it has held the largest reply.
package struct ByteWriter: ~Copyable {
    private var storage: UnsafeMutableRawPointer
    private var capacity: Int
    /// Number of bytes written since the last `removeAll()`.
    package private(set) var count = 0

    /// An empty writer with room for `capacity` bytes.
    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
        storage = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// What has been written.
    ///
    /// Lifetime: until the next call that changes the writer.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage, count: count)
    }

    /// Forgets the content and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Forgets what was written after the first `count` bytes.
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.count = count
    }

    /// Takes back up to `limit` bytes from the end while they are `byte`.
    mutating func removeTrailing(_ byte: UInt8, atMost limit: Int) {
        var removed = 0
        while removed < limit, count > 0, bytes[count &- 1] == byte {
            count &-= 1
            removed += 1
        }
    }

    /// Makes room for `additional` more bytes.
    @inline(__always)
    package mutating func reserve(_ additional: Int) {
        if capacity &- count < additional { grow(additional) }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        capacity = max(capacity * 2, count + additional)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: storage, byteCount: count)
        storage.deallocate()
        storage = larger
    }

    /// Appends one byte.
    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        storage.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Appends bytes; they must not be the writer's own.
    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (storage + count).copyMemory(from: source, byteCount: bytes.count)
        count &+= bytes.count
    }

    /// Appends a literal.
    @inline(__always)
    package mutating func append(_ literal: StaticString) { append(literal.bytes) }

    /// Appends a key of a JSON object that needs no escapes, quoted, with its colon.
    ///
    /// One check of the room for all of it: keys are most of what a reply's writer appends.
    mutating func append(key name: StaticString, afterComma: Bool) {
        let size = name.utf8CodeUnitCount
        reserve(size &+ 4)
        var end = storage + count
        if afterComma { end = Self.put(UInt8(ascii: ","), at: end) }
        end = Self.put(UInt8(ascii: "\""), at: end)
        end.copyMemory(from: name.utf8Start, byteCount: size)
        end = Self.put(UInt8(ascii: "\""), at: end + size)
        end = Self.put(UInt8(ascii: ":"), at: end)
        count = end - storage
    }

    @inline(__always)
    private static func put(
        _ byte: UInt8,
        at place: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        place.storeBytes(of: byte, as: UInt8.self)
        return place + 1
    }
}

// MARK: - Numbers

extension ByteWriter {
    /// Digits of `UInt64.max`.
    private static let decimalDigitsMax = 20

    /// Appends an integer in decimal.
    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    /// Appends an unsigned integer in decimal, with leading zeros up to `minimumDigits` digits.
    package mutating func append(decimal value: UInt64, minimumDigits: Int = 1) {
        let digits = max(Self.decimalDigits(of: value), minimumDigits)
        reserve(digits)
        var rest = value
        var position = storage + (count &+ digits)
        let start = storage + count
        while position > start {
            position -= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            position.storeBytes(
                of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit),
                as: UInt8.self
            )
            rest = quotient
        }
        count &+= digits
    }

    private static func decimalDigits(of value: UInt64) -> Int {
        var digits = 1
        var bound: UInt64 = 10
        while digits < decimalDigitsMax && value >= bound {
            digits &+= 1
            bound &*= 10
        }
        return digits
    }

    /// Appends an integer in lower-case hexadecimal, 16 digits.
    package mutating func append(hexadecimal value: UInt64) {
        reserve(16)
        let halves = (
            Self.hexadecimal(UInt32(value >> 32)),
            Self.hexadecimal(UInt32(truncatingIfNeeded: value))
        )
        storage.storeBytes(of: halves.0, toByteOffset: count, as: UInt64.self)
        storage.storeBytes(of: halves.1, toByteOffset: count &+ 8, as: UInt64.self)
        count &+= 16
    }

    /// The eight digits of a word, in memory order: each nibble is spread into a byte, then made a digit.
    private static func hexadecimal(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // One in each byte whose nibble is a letter.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        let digits =
            nibbles &+ 0x3030_3030_3030_3030 &+ letters &* UInt64(UInt8(ascii: "a") &- 0x3A)
        return digits.bigEndian
    }

    /// The lower-case digit of a value below 16.
    static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
    }

    /// Appends an exact amount of money, such as `-0.05` for −5 with two digits.
    ///
    /// Unit: `minorUnits` of a currency with `digits` decimal digits, 0 to 18.
    package mutating func append(minorUnits: Int64, digits: Int) {
        var scale: UInt64 = 1
        for _ in 0..<digits { scale &*= 10 }
        if minorUnits < 0 { append(UInt8(ascii: "-")) }
        let (units, fraction) = minorUnits.magnitude.quotientAndRemainder(dividingBy: scale)
        append(decimal: units)
        guard digits > 0 else { return }
        append(UInt8(ascii: "."))
        append(decimal: fraction, minimumDigits: digits)
    }
}
