// SPDX-License-Identifier: Apache-2.0

/// The part of the input a record reader looks at: whole records, refilled from the stream.
final class InputWindow {
    let stream: ReadAhead
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var end = 0
    private(set) var isAtEnd = false
    /// Whether a byte in the window is NUL or not ASCII, so that records need checking.
    private(set) var needsTextCheck = false
    private var capacity = Limits.readBytes

    init(_ stream: ReadAhead) {
        self.stream = stream
        bytes = .allocate(capacity: capacity)
    }

    deinit {
        bytes.deallocate()
    }

    /// Moves the bytes from `start` on to the front and reads more behind them.
    ///
    /// - Returns: false when the input has no more bytes.
    func refill(from start: Int, line: Int) throws -> Bool {
        keep(from: start)
        if end == capacity { try grow(line) }
        let free = UnsafeMutableRawBufferPointer(start: bytes + end, count: capacity - end)
        let count = try stream.read(into: free)
        if start > 0 { needsTextCheck = Self.isUnusual(bytes, end) }
        needsTextCheck = needsTextCheck || Self.isUnusual(bytes + end, count)
        end += count
        isAtEnd = count == 0
        return count > 0
    }

    private func keep(from start: Int) {
        bytes.update(from: bytes + start, count: end - start)
        end -= start
    }

    private func grow(_ line: Int) throws {
        guard capacity < Limits.recordBytesMaximum else {
            throw BuildError(
                file: stream.path,
                line: line,
                "the row is longer than \(Limits.recordBytesMaximum) bytes; is a quote left open?"
            )
        }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: bytes, count: end)
        bytes.deallocate()
        bytes = larger
        capacity *= 2
    }

    /// Written as one reduction so that the compiler vectorises it.
    private static func isUnusual(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Bool {
        var unusual: UInt8 = 0
        for index in 0..<count {
            // NUL becomes 255 by wrapping; every other ASCII byte stays below 128.
            unusual |= (bytes[index] &- 1) | bytes[index]
        }
        return unusual >= 0x80
    }
}
