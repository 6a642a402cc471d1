// SPDX-License-Identifier: Apache-2.0
import Glibc

extension UnsafeRawBufferPointer {
    /// Digits of a price that fit 64 bits.
    private static let digitsMaximum = 18

    /// Whether the first and last bytes that are not blank are those of a JSON object.
    var isJSONObject: Bool {
        first { !$0.isJSONBlank } == UInt8(ascii: "{")
            && last { !$0.isJSONBlank } == UInt8(ascii: "}")
    }

    /// Where the next occurrence of a text ends, blanks behind it included; nil without one.
    func offset(after text: StaticString, from start: Int) -> Int? {
        let length = text.utf8CodeUnitCount
        var start = start
        while let place = offset(of: text.utf8Start[0], from: start), place + length <= count {
            start = place + 1
            let found = UnsafeRawBufferPointer(rebasing: self[place..<place + length])
            guard found.starts(with: text) else { continue }
            var end = place + length
            while end < count, self[end].isJSONBlank { end += 1 }
            return end
        }
        return nil
    }

    /// Whether the bytes begin with a text.
    func starts(with text: StaticString) -> Bool {
        guard let base = baseAddress, count >= text.utf8CodeUnitCount else { return false }
        return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Where a byte stands next; nil when it does not.
    func offset(of byte: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress, start < count,
            let match = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(match) - base
    }

    /// The text of the string, number or word at a place; empty when there is none.
    func scalar(at place: Int) -> UnsafeRawBufferPointer {
        guard place < count else { return UnsafeRawBufferPointer(rebasing: self[count...]) }
        let isString = self[place] == UInt8(ascii: "\"")
        let start = isString ? place + 1 : place
        var end = start
        while end < count, isString ? self[end] != UInt8(ascii: "\"") : self[end].isJSONWord {
            // An escaped quote does not end a string.
            end += isString && self[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        return UnsafeRawBufferPointer(rebasing: self[start..<Swift.min(end, count)])
    }

    /// The decimal at a place, such as `"2.55"` or `2.5`, in units of so many decimals; nil for a
    /// number with more of them, and for anything else.
    func decimal(at place: Int, digits: Int) -> Int64? {
        let text = scalar(at: place)
        let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.count
        let decimals = Swift.max(0, text.count - point - 1)
        guard point > 0, decimals <= digits, text.count + digits <= Self.digitsMaximum else {
            return nil
        }
        var value: Int64 = 0
        for (index, byte) in text.enumerated() where index != point {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        for _ in decimals..<digits { value *= 10 }
        return value
    }
}

extension UInt8 {
    fileprivate var isJSONBlank: Bool {
        self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09
    }

    /// Part of a number, `true`, `false` or `null`.
    fileprivate var isJSONWord: Bool {
        (0x30...0x39).contains(self) || (0x61...0x7A).contains(self) || self == 0x45
            || self == 0x2B || self == 0x2D || self == 0x2E
    }
}
