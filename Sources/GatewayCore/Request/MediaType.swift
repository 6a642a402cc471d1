// SPDX-License-Identifier: Apache-2.0

/// The one media type of the data plane, and what clients say about it.
enum MediaType {
    static let json: StaticString = "application/json"

    /// Whether a Content-Type names JSON; parameters such as the charset are passed over.
    static func isJSON(_ value: UnsafeRawBufferPointer) -> Bool {
        value.isEqual(to: json)
            || matches(trimmed(value.prefix { $0 != UInt8(ascii: ";") }), json)
    }

    /// Whether an Accept list has room for JSON.
    ///
    /// Weights are read only for the refusing `q=0`.
    static func acceptsJSON(_ value: UnsafeRawBufferPointer) -> Bool {
        if value.isEqual(to: "*/*") { return true }
        var rest = value[...]
        while !rest.isEmpty {
            let range = rest.prefix { $0 != UInt8(ascii: ",") }
            rest = rest.dropFirst(range.count + 1)
            let type = trimmed(range.prefix { $0 != UInt8(ascii: ";") })
            let isOurs =
                matches(type, json) || matches(type, "application/*") || matches(type, "*/*")
                || matches(type, ProblemDetails.mediaType)
            if isOurs, !isRefused(range) { return true }
        }
        return value.isEmpty
    }

    private static func isRefused(_ range: Slice<UnsafeRawBufferPointer>) -> Bool {
        let parameters = range.drop { $0 != UInt8(ascii: ";") }.dropFirst()
        return matches(trimmed(parameters), "q=0") || matches(trimmed(parameters), "q=0.0")
    }

    private static func trimmed(
        _ text: Slice<UnsafeRawBufferPointer>
    ) -> Slice<UnsafeRawBufferPointer> {
        var text = text.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        while let last = text.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
            text = text.dropLast()
        }
        return text
    }

    private static func matches(
        _ text: Slice<UnsafeRawBufferPointer>,
        _ literal: StaticString
    ) -> Bool {
        text.count == literal.bytes.count
            && zip(text, literal.bytes).allSatisfy { lowerCased($0) == $1 }
    }

    private static func lowerCased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
