// SPDX-License-Identifier: Apache-2.0

/// The ways in which the bytes of a connection may arrive.
enum ArrivalSplit {
    /// Longer inputs do not arrive byte by byte: each arrival is copied, so the cost is quadratic.
    private static let singleBytesMax = 256

    /// Byte by byte where that is affordable, and cut at random places that depend on the bytes.
    static func all(of bytes: [UInt8]) -> [[[UInt8]]] {
        let pieces = pieces(of: bytes)
        return bytes.count <= singleBytesMax ? [bytes.map { [$0] }, pieces] : [pieces]
    }

    private static func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var random = ContentRandom(bytes)
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let piece = rest.prefix(random.next(below: max(2, bytes.count / 8)) + 1)
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}

/// Randomness that depends on an input alone, so that a found input fails again.
struct ContentRandom {
    private var state: UInt64

    /// Seeds with FNV-1a of the input.
    init(_ bytes: [UInt8]) {
        state = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } | 1
    }

    /// A number from 0 up to the bound, by xorshift.
    mutating func next(below bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
