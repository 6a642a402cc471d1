// SPDX-License-Identifier: Apache-2.0

/// Reads comma-separated values as RFC 4180 has them, with a header line.
///
/// LF and CRLF end a row, a quoted field may hold both, the last row need not end, a byte-order mark
/// and blank lines are skipped. A quote inside an unquoted field stands for itself.
struct CSVReader: RecordReader {
    private struct Field {
        var start = 0
        var count = 0
        var isQuoted = false
        var hasDoubledQuotes = false
    }

    private enum Byte {
        static let quote = UInt8(ascii: "\"")
        static let comma = UInt8(ascii: ",")
        static let lineFeed = UInt8(ascii: "\n")
        static let carriageReturn = UInt8(ascii: "\r")
        static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    }

    let window: InputWindow
    private(set) var line = 0

    private var position = 0
    private var lineBreaks = 1
    private var fields = [Field](repeating: Field(), count: Limits.columnsMaximum)
    private var fieldCount = 0
    private var fault: String?
    private var columnCount = 0
    private var columns = [Int?](repeating: nil, count: ColumnRole.allCases.count)

    init(_ stream: ReadAhead, columns names: ColumnNames) throws {
        window = InputWindow(stream)
        try skipByteOrderMark()
        try readHeader(names)
    }

    mutating func next() throws -> RecordOutcome {
        while let end = try scan() {
            let start = position
            position = end
            if isBlank { continue }
            return check(UnsafeBufferPointer(start: window.bytes + start, count: end - start))
        }
        return .end
    }

    func field(_ role: ColumnRole) -> UnsafeRawBufferPointer {
        guard let column = columns[role.rawValue] else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(
            start: window.bytes + fields[column].start,
            count: fields[column].count
        )
    }

    // MARK: - Header

    private mutating func skipByteOrderMark() throws {
        while window.end < Byte.byteOrderMark.count, try window.refill(from: 0, line: 1) {}
        let head = UnsafeBufferPointer(start: window.bytes, count: window.end)
        if head.starts(with: Byte.byteOrderMark) { position = Byte.byteOrderMark.count }
    }

    private mutating func readHeader(_ names: ColumnNames) throws {
        switch try nextHeader() {
        case .end: throw BuildError(file: window.stream.path, "the file holds no rows")
        case .malformed(let reason): throw error("the header \(reason)")
        case .record: break
        }
        columnCount = fieldCount
        let header = (0..<fieldCount).map { String(decoding: text($0), as: UTF8.self) }
        for role in ColumnRole.allCases {
            columns[role.rawValue] = try column(of: role, named: names[role], in: header)
        }
    }

    private mutating func nextHeader() throws -> RecordOutcome {
        columnCount = -1
        return try next()
    }

    private func column(of role: ColumnRole, named name: String?, in header: [String]) throws
        -> Int?
    {
        guard let name else { return nil }
        guard let column = header.firstIndex(of: name) else {
            throw error(
                "no column \"\(name)\" (\(role.name)); the header has \(RecordText.quote(header))"
            )
        }
        guard header.lastIndex(of: name) == column else {
            throw error("the header has the column \"\(name)\" (\(role.name)) twice")
        }
        return column
    }

    private func error(_ message: String) -> BuildError {
        BuildError(file: window.stream.path, line: line, message)
    }

    // MARK: - Rows

    private var isBlank: Bool { fieldCount == 1 && fields[0].count == 0 && !fields[0].isQuoted }

    private mutating func check(_ record: UnsafeBufferPointer<UInt8>) -> RecordOutcome {
        if let fault { return .malformed(fault) }
        if window.needsTextCheck, let fault = RecordText.fault(record) { return .malformed(fault) }
        guard columnCount < 0 || fieldCount == columnCount else {
            return .malformed("has \(fieldCount) fields, the header has \(columnCount)")
        }
        for index in 0..<fieldCount where fields[index].hasDoubledQuotes { undouble(index) }
        return .record
    }

    private func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: window.bytes + fields[index].start, count: fields[index].count)
    }

    /// Turns doubled quotes into single ones, in place.
    private mutating func undouble(_ index: Int) {
        let bytes = window.bytes + fields[index].start
        var written = 0
        var read = 0
        while read < fields[index].count {
            bytes[written] = bytes[read]
            read += bytes[read] == Byte.quote ? 2 : 1
            written += 1
        }
        fields[index].count = written
    }

    // MARK: - Scanning

    /// Finds the fields of the next row.
    ///
    /// - Returns: where the row ends in the window, nil at the end of the input.
    private mutating func scan() throws -> Int? {
        line += lineBreaks
        while true {
            if position < window.end || window.isAtEnd, let end = scanWindow() { return end }
            guard !window.isAtEnd else { return nil }
            _ = try window.refill(from: position, line: line)
            position = 0
        }
    }

    /// Finds the fields of the row at `position`; nil when the window holds a part of it only.
    private mutating func scanWindow() -> Int? {
        guard position < window.end else { return nil }
        (fieldCount, lineBreaks, fault) = (0, 0, nil)
        var cursor = position
        while let end = scanField(from: cursor) {
            guard end < window.end else { return end }
            guard window.bytes[end] == Byte.comma else {
                lineBreaks += 1
                return end + 1
            }
            cursor = end + 1
        }
        return nil
    }

    /// - Returns: where the field's separator is.
    private mutating func scanField(from start: Int) -> Int? {
        var field = Field()
        let isQuoted = start < window.end && window.bytes[start] == Byte.quote
        let end = isQuoted ? scanQuoted(start, &field) : scanPlain(start, &field)
        if fieldCount == Limits.columnsMaximum {
            fault = "has more than \(Limits.columnsMaximum) fields"
        } else {
            fields[fieldCount] = field
            fieldCount += 1
        }
        return end
    }

    @inline(__always)
    private func scanPlain(_ start: Int, _ field: inout Field) -> Int? {
        guard let end = separator(from: start) else { return nil }
        field.start = start
        field.count = contentEnd(start, end) - start
        return end
    }

    private mutating func scanQuoted(_ start: Int, _ field: inout Field) -> Int? {
        guard let close = closingQuote(from: start + 1, &field) else { return nil }
        field.isQuoted = true
        field.start = start + 1
        field.count = close - start - 1
        guard let end = separator(from: min(close + 1, window.end)) else { return nil }
        if contentEnd(close + 1, end) > close + 1 {
            fault = fault ?? "has text after a closing quote"
        }
        return end
    }

    private mutating func closingQuote(from start: Int, _ field: inout Field) -> Int? {
        var cursor = start
        while cursor < window.end {
            if window.bytes[cursor] == Byte.lineFeed { lineBreaks += 1 }
            if window.bytes[cursor] == Byte.quote {
                let next = cursor + 1
                guard next < window.end, window.bytes[next] == Byte.quote else { return cursor }
                field.hasDoubledQuotes = true
                cursor = next
            }
            cursor += 1
        }
        guard window.isAtEnd else { return nil }
        fault = "has a quote that is never closed"
        return window.end
    }

    /// The next comma or line feed, or the end of the input; nil when more must be read.
    @inline(__always)
    private func separator(from start: Int) -> Int? {
        let bytes = window.bytes
        let end = window.end
        var cursor = start
        while cursor < end, bytes[cursor] != Byte.comma, bytes[cursor] != Byte.lineFeed {
            cursor += 1
        }
        return cursor < end || window.isAtEnd ? cursor : nil
    }

    /// `end` without the carriage return of a CRLF.
    private func contentEnd(_ start: Int, _ end: Int) -> Int {
        let isRowEnd = end == window.end || window.bytes[end] == Byte.lineFeed
        guard isRowEnd, end > start, window.bytes[end - 1] == Byte.carriageReturn else {
            return end
        }
        return end - 1
    }
}
