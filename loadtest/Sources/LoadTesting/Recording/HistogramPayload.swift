// SPDX-License-Identifier: Apache-2.0

/// The body of HdrHistogram's V2 encoding: counts as ZigZag LEB128 numbers, runs of zeros as one.
///
/// A count is a positive number, a run of `n` zeros the number `-n`. Trailing zeros are left out.
struct HistogramPayload: Hashable, Sendable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ counts: HistogramCounts) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(counts.entries.count * 3)
        var next = 0
        for entry in counts.entries {
            let zeros = entry.index - next
            // One zero is itself; the official encoders write it so.
            if zeros > 0 { Self.append(zeros > 1 ? Int64(-zeros) : 0, to: &bytes) }
            Self.append(Int64(clamping: entry.count), to: &bytes)
            next = entry.index + 1
        }
        self.bytes = bytes
    }

    /// - Throws: `RecordError.damaged` for numbers that are cut off or counts beyond the layout.
    func counts() throws(RecordError) -> HistogramCounts {
        var counts = HistogramCounts()
        var position = 0
        var index = 0
        while position < bytes.count {
            let number = try Self.number(in: bytes, at: &position)
            guard number > -Int64(HistogramLayout.countsMaximum) else { throw .damaged }
            if number > 0 {
                guard index < HistogramLayout.countsMaximum else { throw .damaged }
                counts.append(UInt64(number), at: index)
            }
            index += number < 0 ? Int(-number) : 1
            guard index <= HistogramLayout.countsMaximum else { throw .damaged }
        }
        return counts
    }

    // MARK: ZigZag LEB128-64b9B: seven bits a byte, all eight of the ninth

    private static let bytesMaximum = 9

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        for _ in 1..<bytesMaximum {
            guard rest > 0x7F else { break }
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func number(
        in bytes: [UInt8],
        at position: inout Int
    ) throws(RecordError) -> Int64 {
        var value: UInt64 = 0
        for place in 0..<bytesMaximum {
            guard position < bytes.count else { throw .damaged }
            let byte = UInt64(bytes[position])
            position += 1
            let isLast = place == bytesMaximum - 1
            value |= (isLast ? byte : byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 || isLast { break }
        }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}
