// SPDX-License-Identifier: Apache-2.0

/// Reads the lines of a click log out of a mapped file.
struct ClickLogReader {
    /// Lines between two reports of progress.
    private static let progressLines = 1 << 18
    /// Times beyond it are milliseconds: as seconds they would lie past the year 5138.
    private static let secondsMaximum: Int64 = 100_000_000_000
    private static let names = ["sessionid", "itemid", "time"]

    private let path: String
    private let items: ClickLog.Items
    private var clicks = Clicks()
    private var sessionNumbers = NumberTable()
    private var itemNumbers = NumberTable()
    private var itemKeys: [[UInt8]] = []
    private var dropped = 0
    /// Which field is the session, the item and the time.
    private var columns = [0, 1, 2]

    init(path: String, items: ClickLog.Items) {
        self.path = path
        self.items = items
    }

    var log: ClickLog { ClickLog(clicks: clicks, itemKeys: itemKeys, droppedClicks: dropped) }

    mutating func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ progress: (Int, Int, Int) -> Void
    ) throws(SessionIndexError) {
        var (start, number) = (0, 0)
        while start < bytes.count {
            var end = start
            while end < bytes.count && bytes[end] != UInt8(ascii: "\n") { end += 1 }
            number += 1
            try readLine(UnsafeBufferPointer(rebasing: bytes[start..<end]), number)
            if number % Self.progressLines == 0 { progress(end, bytes.count, clicks.count) }
            start = end + 1
        }
        progress(bytes.count, bytes.count, clicks.count)
        guard clicks.count > 0 || dropped > 0 else {
            throw SessionIndexError(place: path, "has no clicks")
        }
    }

    private mutating func readLine(
        _ line: UnsafeBufferPointer<UInt8>,
        _ number: Int
    ) throws(SessionIndexError) {
        var line = line
        if line.last == UInt8(ascii: "\r") { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        guard !line.isEmpty else { return }
        if number == 1, try readHeader(line) { return }
        guard let session = field(columns[0], of: line), !session.isEmpty,
            let item = field(columns[1], of: line), let text = field(columns[2], of: line),
            (1...SessionIndexFormat.keyBytesMaximum).contains(item.count)
        else { throw fault(number, "expected a session, an item and a time, apart by tabs") }
        guard let time = Self.seconds(text) else {
            throw fault(number, "the time \(Self.quoted(text)) is not in Unix seconds")
        }
        do {
            try add(session, item, time)
        } catch {
            throw error.at("\(path):\(number)")
        }
    }

    /// A first line whose time is no number names the columns.
    private mutating func readHeader(
        _ line: UnsafeBufferPointer<UInt8>
    ) throws(SessionIndexError) -> Bool {
        if let time = field(2, of: line), Self.seconds(time) != nil { return false }
        var names: [String] = []
        while let name = field(names.count, of: line) {
            let text = String(decoding: name, as: UTF8.self).lowercased()
            names.append(text.filter { $0.isLetter })
        }
        for (index, name) in Self.names.enumerated() {
            guard let column = names.firstIndex(of: name) else {
                throw fault(1, "expected a header with SessionId, ItemId and Time, or a click")
            }
            columns[index] = column
        }
        return true
    }

    private mutating func add(
        _ session: UnsafeBufferPointer<UInt8>,
        _ item: UnsafeBufferPointer<UInt8>,
        _ time: Int64
    ) throws(SessionIndexError) {
        guard let item = number(ofItem: item) else {
            dropped += 1
            return
        }
        let key = Self.key(session)
        let (number, isNew) = sessionNumbers.number(of: key)
        if isNew { _ = clicks.addSession(key: key) }
        try clicks.add(session: number, item: item, time: time)
    }

    private mutating func number(ofItem key: UnsafeBufferPointer<UInt8>) -> UInt32? {
        guard case .all = items else {
            if case .numbered(let number) = items { return number(key) }
            return nil
        }
        let (number, isNew) = itemNumbers.number(of: Self.key(key))
        if isNew { itemKeys.append(Array(key)) }
        return number
    }

    private func field(
        _ index: Int,
        of line: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        var (start, left) = (0, index)
        while left > 0 {
            while start < line.count && line[start] != UInt8(ascii: "\t") { start += 1 }
            guard start < line.count else { return nil }
            start += 1
            left -= 1
        }
        var end = start
        while end < line.count && line[end] != UInt8(ascii: "\t") { end += 1 }
        return UnsafeBufferPointer(rebasing: line[start..<end])
    }

    private func fault(_ line: Int, _ message: String) -> SessionIndexError {
        SessionIndexError(place: "\(path):\(line)", message)
    }

    private static func quoted(_ text: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: text.prefix(40), as: UTF8.self).debugDescription
    }
}

// MARK: - Fields

extension ClickLogReader {
    /// A number stands for itself; other text for its FNV-1a hash, which never looks like a number.
    static func key(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if let number = decimal(text), text.first != UInt8(ascii: "0") || text.count == 1 {
            return number
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash | 1 << 63
    }

    /// Unix seconds of a decimal, rounded as the field's tools do.
    static func seconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.count
        guard let whole = decimal(UnsafeBufferPointer(rebasing: text[..<point])) else {
            return nil
        }
        let fraction = UnsafeBufferPointer(rebasing: text[min(point + 1, text.count)...])
        guard fraction.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        let rounded = Int64(whole) + ((fraction.first ?? 0) >= UInt8(ascii: "5") ? 1 : 0)
        return rounded > secondsMaximum ? rounded / 1000 : rounded
    }

    /// A whole number of at most 18 digits.
    private static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard (1...18).contains(text.count) else { return nil }
        var number: UInt64 = 0
        for byte in text {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return number
    }
}
