// SPDX-License-Identifier: Apache-2.0
import CZlib

/// HdrHistogram's V2 compressed encoding, that the official libraries read.
///
/// Big-endian: cookie, length, then deflated: cookie, length, normalizing offset, digits, lowest
/// value, highest value, conversion ratio, counts.
enum CompressedHistogram {
    private static let cookie: UInt32 = 0x1C84_9313
    private static let compressedCookie: UInt32 = 0x1C84_9314
    private static let headerBytes = 40, compressedHeaderBytes = 8
    /// A histogram whose every count takes nine bytes.
    private static let inflatedBytesMaximum = headerBytes + HistogramLayout.countsMaximum * 9

    static func encode(_ payload: HistogramPayload) -> [UInt8] {
        var plain: [UInt8] = []
        plain.append(bigEndian: cookie)
        plain.append(bigEndian: UInt32(payload.bytes.count))
        plain.append(bigEndian: Int32(0))
        plain.append(bigEndian: HistogramLayout.significantDigits)
        plain.append(bigEndian: HistogramLayout.resolutionNanoseconds)
        plain.append(bigEndian: HistogramLayout.maximumNanoseconds)
        plain.append(bigEndian: (1.0).bitPattern)
        plain += payload.bytes
        let deflated = deflate(plain)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: compressedCookie)
        bytes.append(bigEndian: UInt32(deflated.count))
        return bytes + deflated
    }

    /// - Throws: `RecordError` for bytes that are no such encoding, or one of another layout.
    static func decode(_ bytes: [UInt8]) throws(RecordError) -> HistogramPayload {
        guard bytes.count >= compressedHeaderBytes,
            bytes.bigEndian(at: 0, as: UInt32.self) == compressedCookie,
            bytes.bigEndian(at: 4, as: UInt32.self) == bytes.count - compressedHeaderBytes
        else { throw .damaged }
        let plain = try inflate(bytes[compressedHeaderBytes...])
        guard plain.count >= headerBytes, plain.bigEndian(at: 0, as: UInt32.self) == cookie,
            plain.bigEndian(at: 4, as: UInt32.self) == plain.count - headerBytes
        else { throw .damaged }
        guard plain.bigEndian(at: 8, as: Int32.self) == 0,
            plain.bigEndian(at: 12, as: Int32.self) == HistogramLayout.significantDigits,
            plain.bigEndian(at: 16, as: UInt64.self) == HistogramLayout.resolutionNanoseconds,
            plain.bigEndian(at: 24, as: UInt64.self) == HistogramLayout.maximumNanoseconds
        else { throw .foreignLayout }
        return HistogramPayload(bytes: Array(plain[headerBytes...]))
    }

    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var count = compressBound(UInt(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            let status = compress(buffer.baseAddress, &count, bytes, UInt(bytes.count))
            // Fails only for a buffer below the bound, or without memory.
            precondition(status == Z_OK, "zlib cannot compress")
            initialized = Int(count)
        }
    }

    private static func inflate(_ bytes: ArraySlice<UInt8>) throws(RecordError) -> [UInt8] {
        var count = UInt(inflatedBytesMaximum)
        var status = Z_OK
        let plain = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            status = bytes.withUnsafeBufferPointer {
                uncompress(buffer.baseAddress, &count, $0.baseAddress, UInt($0.count))
            }
            initialized = status == Z_OK ? Int(count) : 0
        }
        guard status == Z_OK else { throw .damaged }
        return plain
    }
}

extension [UInt8] {
    fileprivate mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate func bigEndian<Number: FixedWidthInteger>(at offset: Int, as: Number.Type) -> Number
    {
        withUnsafeBytes {
            Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
    }
}
