// SPDX-License-Identifier: Apache-2.0

extension ReplyParser {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Reads the head when it is whole; false when it is not.
    mutating func readHead(_ bytes: UnsafeRawBufferPointer) throws(ReplyError) -> Bool {
        guard let end = headEnd(bytes) else {
            guard bytes.count - chunkStart <= Self.headBytesMaximum else { throw .tooLarge }
            return false
        }
        // `chunkStart` is where the head begins: behind the interim replies that were skipped.
        var line = try Self.line(bytes, from: chunkStart, to: end)
        try readStatusLine(bytes, line)
        while line.upperBound < end - 2 {
            line = try Self.line(bytes, from: line.upperBound + 2, to: end)
            if !line.isEmpty { try readField(bytes, line) }
        }
        if head.status == 204 || head.status == 304 { head.framing = .length(0) }
        headByteCount = end
        chunkStart = end
        return true
    }

    /// Forgets a reply of 1xx, after which the real one comes.
    mutating func skipInterim() throws(ReplyError) {
        guard headByteCount <= Self.headBytesMaximum else { throw .tooLarge }
        head = ReplyHead()
        headByteCount = 0
    }

    /// Goes from chunk to chunk; complete at the end of the trailers.
    mutating func readChunks(_ bytes: UnsafeRawBufferPointer) throws(ReplyError) -> Progress {
        guard bytes.count <= Self.bytesMaximum else { throw .tooLarge }
        while let lineEnd = try Self.lineEnd(bytes, from: chunkStart) {
            let size = try Self.hexadecimal(bytes[chunkStart..<lineEnd])
            guard size > 0 else { return try readTrailers(bytes, from: lineEnd + 2) }
            let next = lineEnd + 2 + size + 2
            guard next <= Self.bytesMaximum else { throw .tooLarge }
            guard next <= bytes.count else { break }
            guard bytes[next - 2] == Self.carriageReturn, bytes[next - 1] == Self.lineFeed else {
                throw .malformed
            }
            chunkStart = next
        }
        return .incomplete
    }

    private func readTrailers(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int
    ) throws(ReplyError) -> Progress {
        var position = start
        while let end = try Self.lineEnd(bytes, from: position) {
            if end == position {
                return .complete(byteCount: end + 2, body: headByteCount..<chunkStart)
            }
            position = end + 2
        }
        return .incomplete
    }

    private mutating func headEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        searched = max(searched, chunkStart + 3)
        while let index = bytes.offset(of: Self.lineFeed, from: searched) {
            searched = index + 1
            if bytes[index - 2] == Self.lineFeed, bytes[index - 1] == Self.carriageReturn,
                bytes[index - 3] == Self.carriageReturn
            {
                return index + 1
            }
        }
        searched = max(searched, bytes.count)
        return nil
    }

    private mutating func readStatusLine(
        _ bytes: UnsafeRawBufferPointer,
        _ line: Range<Int>
    ) throws(ReplyError) {
        let start = line.lowerBound
        guard line.count >= 12,
            UnsafeRawBufferPointer(rebasing: bytes[line]).starts(with: "HTTP/1."),
            bytes[start + 8] == UInt8(ascii: " "),
            let status = Self.decimal(bytes[start + 9..<start + 12]), (100..<600).contains(status)
        else { throw .malformed }
        head.status = status
        head.closes = bytes[start + 7] == UInt8(ascii: "0")
    }

    private mutating func readField(
        _ bytes: UnsafeRawBufferPointer,
        _ line: Range<Int>
    ) throws(ReplyError) {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")) else { throw .malformed }
        let name = bytes[line.lowerBound..<colon]
        var value = colon + 1..<line.upperBound
        while let first = value.first, Self.isBlank(bytes[first]) {
            value = first + 1..<value.upperBound
        }
        while let last = value.last, Self.isBlank(bytes[last]) { value = value.lowerBound..<last }
        switch name.count {
        case 10 where name.equalsIgnoringCase("connection"):
            if bytes[value].equalsIgnoringCase("close") { head.closes = true }
        case 10 where name.equalsIgnoringCase("sluice-arm"):
            head.arm = value
        case 13 where name.equalsIgnoringCase("server-timing"):
            head.serverTiming = value
        case 11 where name.equalsIgnoringCase("sluice-rung"):
            head.rung = value
        case 14 where name.equalsIgnoringCase("sluice-version"):
            head.version = value
        case 14 where name.equalsIgnoringCase("content-length"):
            head.framing = .length(try Self.length(bytes[value]))
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard bytes[value].equalsIgnoringCase("chunked") else { throw .malformed }
            head.framing = .chunked
        default: break
        }
    }

    private static func length(_ digits: Slice<UnsafeRawBufferPointer>) throws(ReplyError) -> Int {
        guard let length = decimal(digits) else { throw .malformed }
        guard length <= bytesMaximum else { throw .tooLarge }
        return length
    }

    private static func line(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int
    ) throws(ReplyError) -> Range<Int> {
        guard let lineEnd = try lineEnd(bytes, from: start), lineEnd + 2 <= end else {
            throw .malformed
        }
        return start..<lineEnd
    }

    /// The position of the CR before the next LF; nil when there is no LF yet.
    private static func lineEnd(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int
    ) throws(ReplyError) -> Int? {
        guard let end = bytes.offset(of: lineFeed, from: start) else { return nil }
        guard end > start, bytes[end - 1] == carriageReturn else { throw .malformed }
        return end - 1
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func decimal(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard (1...18).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    /// A chunk's size; what follows a semicolon is an extension nobody needs.
    private static func hexadecimal(
        _ line: Slice<UnsafeRawBufferPointer>
    ) throws(ReplyError) -> Int {
        var value = 0
        var count = 0
        for byte in line {
            guard let digit = hexadecimalDigit(byte) else {
                guard count > 0, byte == UInt8(ascii: ";") || isBlank(byte) else {
                    throw .malformed
                }
                break
            }
            count += 1
            value = value * 16 + digit
            guard value <= bytesMaximum else { throw .tooLarge }
        }
        guard count > 0 else { throw .malformed }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether the bytes are this lower-case ASCII text in any case.
    fileprivate func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        var expected = text.utf8Start
        for byte in self {
            guard byte | 0x20 == expected.pointee | 0x20 else { return false }
            expected += 1
        }
        return true
    }
}
