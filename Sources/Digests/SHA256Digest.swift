// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A SHA-256 digest: 32 bytes.
package struct SHA256Digest: Hashable, Sendable {
    /// Bytes of a digest.
    package static let size = 32

    /// The digest as four big-endian words.
    private let words: SIMD4<UInt64>

    /// Digests bytes in memory.
    package init(of bytes: UnsafeRawBufferPointer) {
        var stream = SHA256Stream()
        stream.update(bytes)
        self = stream.finish()
    }

    /// Digests a whole file from offset 0, leaving the descriptor's position alone.
    ///
    /// `afterRead` is called with the size of each piece, and may rest to bound the bandwidth.
    ///
    /// - Throws: `DigestError` when a read fails.
    package init(
        ofFileDescriptor descriptor: Int32,
        afterRead: (_ byteCount: Int) -> Void = { _ in }
    ) throws(DigestError) {
        var stream = SHA256Stream()
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.readSize,
            alignment: 16
        )
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw DigestError(errorNumber: errno, offset: offset) }
            guard count > 0 else { break }
            stream.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
            afterRead(count)
        }
        self = stream.finish()
    }

    /// Reads 64 hexadecimal digits of either case; nil for anything else.
    package init?(hex: some StringProtocol) {
        let digits = hex.utf8.map(hexValue)
        guard digits.count == 2 * Self.size else { return nil }
        var words = SIMD4<UInt64>()
        for (position, digit) in digits.enumerated() {
            guard let digit else { return nil }
            words[position / 16] = words[position / 16] << 4 | UInt64(digit)
        }
        self.words = words
    }

    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.size)
        var words = SIMD4<UInt64>()
        for (position, byte) in bytes.enumerated() {
            words[position / 8] = words[position / 8] << 8 | UInt64(byte)
        }
        self.words = words
    }

    /// The digest as 64 lower-case hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 2 * Self.size) { text in
            for position in 0..<2 * Self.size {
                let shift = UInt64(60 - 4 * (position % 16))
                text[position] = digits[Int(words[position / 16] >> shift & 0xf)]
            }
            return 2 * Self.size
        }
    }

    /// The first eight bytes, big-endian: a short fingerprint.
    package var prefix64: UInt64 { words[0] }

    /// Read size: large enough that the system call is lost in the hashing, small enough for L2.
    private static let readSize = 256 * 1024
}

extension SHA256Digest: CustomStringConvertible {
    /// The digest as hexadecimal text.
    package var description: String { hex }
}

extension SHA256Digest: Codable {
    /// Reads what `encode(to:)` writes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = SHA256Digest(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected 64 hexadecimal digits"
            )
        }
        self = digest
    }

    /// Writes the digest as hexadecimal text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

private func hexValue(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
}

func errorText(_ errorNumber: Int32) -> String {
    guard let text = strerror(errorNumber) else { return "error \(errorNumber)" }
    return String(cString: text)
}
