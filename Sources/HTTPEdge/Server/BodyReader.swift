// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Waits for the body of one request: in place when it has a length, decoded when it is chunked.
final class BodyReader {
    private(set) var framing = HTTPBodyFraming.none
    /// Encoded bytes after the head that belong to the request so far.
    private(set) var consumed = 0
    private let limits: HTTPLimits
    private var decoder: ChunkedBodyDecoder
    /// The decoded part of a chunked body.
    private var decoded = ByteBuffer()

    init(limits: HTTPLimits) {
        self.limits = limits
        decoder = ChunkedBodyDecoder(limits: limits)
    }

    /// Starts on a request's body.
    func begin(_ framing: HTTPBodyFraming) {
        self.framing = framing
        consumed = 0
        if framing == .chunked {
            decoder.reset()
            decoded.clear()
        }
    }

    /// Bytes the body still needs at least, as far as that is known.
    var missingCount: Int {
        if case .length(let count) = framing { count - consumed } else { 0 }
    }

    /// Takes in what follows the head, again from its start each time; true when the body is whole.
    func read(_ bytes: UnsafeRawBufferPointer) throws(HTTPProtocolError) -> Bool {
        switch framing {
        case .none:
            return true
        case .length(let count):
            consumed = min(bytes.count, count)
            return bytes.count >= count
        case .chunked:
            return try decode(UnsafeRawBufferPointer(rebasing: bytes[consumed...]))
        }
    }

    /// Calls `use` with the whole body, nil when the request has none.
    func withBody<Result>(
        in bytes: UnsafeRawBufferPointer,
        _ use: (UnsafeRawBufferPointer?) -> Result
    ) -> Result {
        switch framing {
        case .none: use(nil)
        case .length(let count): use(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        case .chunked: decoded.withUnsafeReadableBytes(use)
        }
    }

    /// Bytes of a chunked body as it is sent.
    ///
    /// A chunk of one byte takes six; size lines and extensions of any length would fill the memory.
    private static func encodedBytesMaximum(_ limits: HTTPLimits) -> Int {
        8 * limits.bodyBytesMax + limits.trailersBytesMax
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) -> Bool {
        var result: Result<ChunkedBodyDecoder.Progress, HTTPProtocolError>?
        decoded.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count) { output in
            do throws(HTTPProtocolError) {
                let progress = try decoder.decode(bytes, into: output)
                result = .success(progress)
                return progress.written
            } catch {
                result = .failure(error)
                return 0
            }
        }
        guard let progress = try result?.get() else { return false }
        consumed += progress.consumed
        guard consumed <= Self.encodedBytesMaximum(limits) else { throw .bodyTooLarge }
        return progress.isComplete
    }
}
