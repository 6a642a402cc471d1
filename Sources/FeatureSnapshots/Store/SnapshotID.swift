// SPDX-License-Identifier: Apache-2.0

/// The name of a snapshot and of its folder: `YYYYMMDDThhmmss-xxxxxxxx`.
///
/// The time of building in UTC, so that names sort by age, then the first eight hexadecimal digits
/// of the data file's SHA-256. A name is never used twice.
package struct SnapshotID: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    package let text: String

    /// Takes a name of exactly the form above; nil for anything else, so that no id read from a
    /// file can lead out of the store.
    package init?(_ text: String) {
        let shape = text.utf8.map(Self.symbol)
        guard shape.elementsEqual("ddddddddTdddddd-xxxxxxxx".utf8, by: Self.matches)
        else { return nil }
        self.text = text
    }

    /// The name.
    package var description: String { text }

    private static func matches(symbol: UInt8, wanted: UInt8) -> Bool {
        let digitAsHex = symbol == UInt8(ascii: "d") && wanted == UInt8(ascii: "x")
        return symbol == wanted || digitAsHex
    }

    private static func symbol(of byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(ascii: "d")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt8(ascii: "x")
        default: byte
        }
    }
}

extension SnapshotID: Comparable {
    /// Older before newer.
    package static func < (left: SnapshotID, right: SnapshotID) -> Bool { left.text < right.text }
}

extension SnapshotID: Codable {
    /// Reads what `encode(to:)` writes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = SnapshotID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a snapshot id, YYYYMMDDThhmmss-xxxxxxxx"
            )
        }
        self = id
    }

    /// Writes the name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
