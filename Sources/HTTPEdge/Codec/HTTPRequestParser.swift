// SPDX-License-Identifier: Apache-2.0

import GatewayCore
import Glibc

/// A strict, incremental parser of HTTP/1.1 request heads.
///
/// Give it all bytes of the request received so far, again with every arrival: it remembers how far
/// it read, so each byte is read once or twice however they arrive. What a peer might read another
/// way is refused; whatever the split of the bytes, the answer is the same.
///
/// Source: RFC 9112. Complexity: linear; allocates in `init` alone.
package struct HTTPRequestParser: ~Copyable {
    /// The head, complete once `parseHead` answers `.head`.
    package var head: HTTPRequestHead
    let limits: HTTPLimits
    private var phase = Phase.start
    private var lineStart = 0
    private var fieldsStart = 0
    /// Every byte before this one was searched for a line feed.
    private var scanned = 0
    private let fieldStorage: UnsafeMutablePointer<HTTPField>
    private let knownIndices: UnsafeMutablePointer<Int>

    private enum Phase {
        case start, requestLine, fields
    }

    /// What the bytes received so far amount to.
    package enum Progress: Hashable, Sendable {
        /// The head is not complete.
        case needMore
        /// The head is complete and took so many bytes; what follows is the body.
        case head(byteCount: Int)
    }

    /// A parser with its fixed storage.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        fieldStorage = .allocate(capacity: limits.fieldCountMax)
        knownIndices = .allocate(capacity: HTTPKnownField.allCases.count)
        head = HTTPRequestHead(storage: fieldStorage, knownIndices: knownIndices)
    }

    deinit {
        fieldStorage.deallocate()
        knownIndices.deallocate()
    }

    /// Makes ready for the next request, whose first byte becomes offset 0.
    package mutating func reset() {
        head = HTTPRequestHead(storage: fieldStorage, knownIndices: knownIndices)
        phase = .start
        lineStart = 0
        fieldsStart = 0
        scanned = 0
    }

    /// Parses as far as the bytes go.
    ///
    /// `bytes` starts where it did the last time and has only grown; it may have moved. After
    /// `.head` or an error, the next call comes after `reset()`.
    package mutating func parseHead(
        _ bytes: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) -> Progress {
        if phase == .start, try !skipLeadingEmptyLine(in: bytes) { return .needMore }
        while let line = try nextLine(in: bytes) {
            if phase == .requestLine {
                try parseRequestLine(bytes, line)
                phase = .fields
                fieldsStart = lineStart
            } else if line.isEmpty {
                try finishHead()
                return .head(byteCount: lineStart)
            } else {
                try parseField(bytes, line)
            }
        }
        return .needMore
    }

    /// Steps over the one empty line that RFC 9112 §2.2 asks servers to ignore.
    ///
    /// Refuses at its first byte what is not HTTP; `false` when that byte is still to come.
    private mutating func skipLeadingEmptyLine(
        in bytes: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) -> Bool {
        guard !bytes.isEmpty else { return false }
        if bytes[0] == 0x0D {
            guard bytes.count >= 3 else { return false }
            guard bytes[1] == 0x0A else { throw .malformedRequestLine }
            lineStart = 2
            scanned = 2
        }
        guard CharacterSet128.token.contains(bytes[lineStart]) else {
            throw .malformedRequestLine
        }
        phase = .requestLine
        return true
    }

    /// The next complete line without its line ending.
    private mutating func nextLine(
        in bytes: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) -> ByteRange? {
        guard let lineFeed = Self.lineFeed(in: bytes, from: scanned) else {
            scanned = bytes.count
            try checkSize(upTo: bytes.count &+ 1)
            return nil
        }
        scanned = lineFeed &+ 1
        try checkSize(upTo: scanned)
        guard lineFeed > lineStart, bytes[lineFeed &- 1] == 0x0D else { throw .bareLineFeed }
        defer { lineStart = scanned }
        return ByteRange(lineStart, lineFeed &- 1)
    }

    @inline(__always)
    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, 0x0A, bytes.count &- start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    @inline(__always)
    private func checkSize(upTo end: Int) throws(HTTPProtocolError) {
        if phase == .requestLine {
            if end &- lineStart > limits.requestLineBytesMax { throw .requestLineTooLong }
        } else if end &- fieldsStart > limits.fieldsBytesMax {
            throw .fieldsTooLarge
        }
    }
}
