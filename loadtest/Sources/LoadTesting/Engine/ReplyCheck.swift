// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What a good reply holds, beyond its status.
package enum ReplyCheck: Hashable, Sendable {
    /// Any body.
    case none
    /// JSON with a price for each of so many lines.
    case prices(lines: Int)
    /// JSON with a list of items.
    case items

    private static let priceKey: StaticString = "\"unit_price\":"
    private static let itemsKey: StaticString = "\"items\":["

    /// Why the body is no good reply; nil when it is one.
    ///
    /// A look for what must be there, not a whole JSON parser: at full rate that would measure us.
    package func failure(of body: UnsafeRawBufferPointer) -> FailureCause? {
        switch self {
        case .none: nil
        case .prices(let lines):
            Self.check(body) { $0.occurrences(of: Self.priceKey, atLeast: lines) }
        case .items:
            Self.check(body) { $0.occurrences(of: Self.itemsKey, atLeast: 1) }
        }
    }

    private static func check(
        _ body: UnsafeRawBufferPointer,
        _ isComplete: (UnsafeRawBufferPointer) -> Bool
    ) -> FailureCause? {
        guard body.isJSONObject else { return .notJSON }
        return isComplete(body) ? nil : .incomplete
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the first and last bytes that are not blank are those of a JSON object.
    fileprivate var isJSONObject: Bool {
        first { !$0.isJSONBlank } == UInt8(ascii: "{")
            && last { !$0.isJSONBlank } == UInt8(ascii: "}")
    }

    fileprivate func occurrences(of text: StaticString, atLeast count: Int) -> Bool {
        var found = 0
        var start = 0
        while found < count, let next = firstOccurrence(of: text, from: start) {
            found += 1
            start = next + text.utf8CodeUnitCount
        }
        return found >= count
    }

    private func firstOccurrence(of text: StaticString, from start: Int) -> Int? {
        guard let base = baseAddress else { return nil }
        let length = text.utf8CodeUnitCount
        var start = start
        while start + length <= count,
            let match = memchr(base + start, Int32(text.utf8Start[0]), count - start - length + 1)
        {
            let offset = UnsafeRawPointer(match) - base
            if memcmp(match, text.utf8Start, length) == 0 { return offset }
            start = offset + 1
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var isJSONBlank: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
