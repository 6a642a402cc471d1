// SPDX-License-Identifier: Apache-2.0

/// The bounds of a schema.
package enum SchemaRules {
    /// Columns of one entity: the null bits of a row are one 64-bit word.
    package static let columnCountMax = 64

    /// Entities of a snapshot: each is an LMDB database, and opening one is a linear search.
    package static let entityCountMax = 32

    /// Bytes of a name: names end up in LMDB keys (at most 511 bytes) with a suffix.
    package static let nameSizeMax = 64

    /// Bytes of one list element: a cache line holds it.
    package static let elementSizeMax = 64

    /// Whether `text` is a lower-case identifier: `[a-z][a-z0-9_]*`, not too long.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= nameSizeMax
        else { return false }
        return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
