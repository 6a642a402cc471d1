// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPEdge

/// A chunked body decoded the plain way: cut at line ends, each line held against the grammar.
///
/// Source: RFC 9112 §7.1, without optional white space, as `ChunkedBodyDecoder` promises.
package enum ReferenceChunks {
    /// A whole body.
    package struct Body: Equatable {
        /// The data of all chunks.
        package let bytes: [UInt8]
        /// Bytes of the input that belong to the body.
        package let byteCount: Int
    }

    /// The body at the start of the input; nil when it is malformed, too large or not whole.
    package static func decode(_ input: [UInt8]) -> Body? {
        let limits = HTTPLimits()
        var body: [UInt8] = []
        var rest = input[...]
        while let line = takeLine(&rest), line.count <= limits.chunkLineBytesMax,
            let size = size(of: line), size <= limits.bodyBytesMax - body.count
        {
            if size == 0 { return skipTrailers(&rest) ? Body(body, input, rest) : nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard rest.starts(with: [0x0D, 0x0A]) else { return nil }
            rest = rest.dropFirst(2)
        }
        return nil
    }

    private static func size(of line: ArraySlice<UInt8>) -> Int? {
        guard matches(sizeLine, line) else { return nil }
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func skipTrailers(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let before = rest.count
        while let line = takeLine(&rest), before - rest.count <= HTTPLimits().trailersBytesMax {
            if line.isEmpty { return true }
            guard matches(trailerLine, line) else { return false }
        }
        return false
    }

    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.indices.dropLast().first(where: { rest[$0...].starts(with: lineEnd) })
        else { return nil }
        defer { rest = rest[(end + 2)...] }
        return rest[..<end]
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let token = #"[!#$%&'*+.^_`|~0-9A-Za-z-]+"#
    private static let quoted =
        #""(?:[\t\x20\x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t\x20-\x7E\x80-\xFF])*""#
    private static let sizeLine = pattern("[0-9A-Fa-f]+(?:;\(token)(?:=(?:\(token)|\(quoted)))?)*")
    private static let trailerLine = pattern(#"\#(token):[\t\x20-\x7E\x80-\xFF]*"#)

    private static func pattern(_ grammar: String) -> NSRegularExpression? {
        try? NSRegularExpression(pattern: #"\A\#(grammar)\z"#)
    }

    /// Matches bytes as the characters of Latin-1 that they are.
    private static func matches(
        _ pattern: NSRegularExpression?,
        _ line: ArraySlice<UInt8>
    ) -> Bool {
        let text = String(String.UnicodeScalarView(line.map { Unicode.Scalar($0) }))
        let whole = NSRange(location: 0, length: line.count)
        return pattern?.firstMatch(in: text, range: whole) != nil
    }
}

extension ReferenceChunks.Body {
    fileprivate init(_ body: [UInt8], _ input: [UInt8], _ rest: ArraySlice<UInt8>) {
        self.init(bytes: body, byteCount: input.count - rest.count)
    }
}
