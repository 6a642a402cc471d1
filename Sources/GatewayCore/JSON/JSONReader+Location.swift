// SPDX-License-Identifier: Apache-2.0

/// A place in a text, for people.
package struct TextLocation: Hashable, Sendable {
    /// Line, from 1.
    package let line: Int
    /// Column in Unicode scalars, from 1.
    package let column: Int
}

extension JSONReader {
    /// Where a byte of the document stands.
    package func location(of offset: Int) -> TextLocation {
        var line = 1
        var column = 1
        for byte in document.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return TextLocation(line: line, column: column)
    }

    /// Appends the JSON Pointer of the value read last, or of the one at fault.
    ///
    /// Such as `/lines/0/quantity`; nothing for the whole document. Source: RFC 6901.
    package func writePointer(to writer: inout ByteWriter) {
        for index in 0..<depth {
            let frame = frames[index]
            if frame.count == 0 { return }
            writer.append(UInt8(ascii: "/"))
            if frame.isArray {
                writer.append(decimal: UInt64(frame.count - 1))
            } else if let key = currentKey(of: frame) {
                Self.write(key, to: &writer)
            }
        }
    }

    private static func write(_ key: JSONString, to writer: inout ByteWriter) {
        for byte in key.decoded {
            switch byte {
            case UInt8(ascii: "~"): writer.append("~0")
            case UInt8(ascii: "/"): writer.append("~1")
            default: writer.append(byte)
            }
        }
    }
}
