// SPDX-License-Identifier: Apache-2.0

import CZlib

/// Inflates a gzip stream piece by piece, concatenated members included.
final class GzipInflater {
    enum Failure: Error {
        case damaged(String)
        case trailingBytes
    }

    /// How far one call came.
    struct Step {
        let consumed: Int
        let produced: Int
    }

    /// Whether the last member is complete: only then may the input end.
    private(set) var isComplete = false
    private var stream = z_stream()

    init() {
        // 15 window bits, plus 16 for the gzip wrapper. Fails only when memory does.
        let status = inflateInit2_(
            &stream,
            15 + 16,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(status == Z_OK, "zlib cannot start")
    }

    deinit {
        inflateEnd(&stream)
    }

    func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> Step {
        if isComplete { try beginMember(input) }
        stream.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(output.count)
        try check(CZlib.inflate(&stream, Z_NO_FLUSH))
        return Step(
            consumed: input.count - Int(stream.avail_in),
            produced: output.count - Int(stream.avail_out)
        )
    }

    private func beginMember(_ input: UnsafeRawBufferPointer) throws(Failure) {
        guard input.first == ByteStream.gzipMagic[0] else { throw .trailingBytes }
        inflateReset(&stream)
        isComplete = false
    }

    private func check(_ status: Int32) throws(Failure) {
        switch status {
        case Z_STREAM_END: isComplete = true
        case Z_OK, Z_BUF_ERROR: break
        default: throw .damaged(stream.msg.map { String(cString: $0) } ?? "error \(status)")
        }
    }
}
