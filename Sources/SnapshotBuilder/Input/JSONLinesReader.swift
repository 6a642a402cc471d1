// SPDX-License-Identifier: Apache-2.0

/// Reads JSON lines: one object a line, whose members are strings, numbers or null.
///
/// Numbers keep their text, so a price is as exact as in the file. Members that no role names may
/// hold anything.
struct JSONLinesReader: RecordReader {
    let window: InputWindow
    private(set) var line = 0

    private var position = 0
    private var scanner: JSONLineScanner

    init(_ stream: ReadAhead, columns: ColumnNames) {
        window = InputWindow(stream)
        scanner = JSONLineScanner(columns)
    }

    mutating func next() throws -> RecordOutcome {
        while let end = try lineEnd() {
            line += 1
            let record = UnsafeMutableBufferPointer(
                start: window.bytes + position,
                count: end - position
            )
            position = min(end + 1, window.end)
            if record.allSatisfy(JSONLineScanner.isSpace) { continue }
            return check(record)
        }
        return .end
    }

    func field(_ role: ColumnRole) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(scanner.fields[role.rawValue])
    }

    private mutating func check(_ record: UnsafeMutableBufferPointer<UInt8>) -> RecordOutcome {
        if window.needsTextCheck, let fault = RecordText.fault(UnsafeBufferPointer(record)) {
            return .malformed(fault)
        }
        do {
            try scanner.scan(record)
            return .record
        } catch {
            return .malformed(error.reason)
        }
    }

    private mutating func lineEnd() throws -> Int? {
        while true {
            if let end = lineFeed() { return end }
            if window.isAtEnd { return position < window.end ? window.end : nil }
            _ = try window.refill(from: position, line: line + 1)
            position = 0
        }
    }

    private func lineFeed() -> Int? {
        (position..<window.end).first { window.bytes[$0] == UInt8(ascii: "\n") }
    }
}
