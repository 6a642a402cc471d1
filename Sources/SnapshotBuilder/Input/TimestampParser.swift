// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads ISO 8601 times as Unix seconds.
///
/// The form is `YYYY-MM-DD`, then optionally `T` or a space, `HH:MM`, `:SS`, a fraction (ignored) and
/// `Z` or `±HH:MM`. Without an offset the source's time zone holds.
struct TimestampParser {
    private static let hour: Int64 = 3600
    private static let day: Int64 = 86_400
    /// The longest form, with nanoseconds and an offset.
    private static let textMaximum = 35

    private let timeZone: TimeZone
    private var lastText: [UInt8] = []
    private var lastTime: Int64?
    private var offsetHour: Int64 = .min
    private var offset: Int64 = 0

    init(timeZone: TimeZone) {
        self.timeZone = timeZone
    }

    /// The rows of an order bear one time, so the last text is answered from memory.
    mutating func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
        if FieldText.equal(text, lastText) { return lastTime }
        guard text.count <= Self.textMaximum else { return nil }
        lastTime = read(text)
        lastText.removeAll(keepingCapacity: true)
        lastText.append(contentsOf: text)
        return lastTime
    }

    private mutating func read(_ text: UnsafeRawBufferPointer) -> Int64? {
        var cursor = TimestampCursor(text)
        guard let day = cursor.date() else { return nil }
        let midnight = day * Self.day
        if cursor.isAtEnd { return universal(midnight) }
        guard let seconds = cursor.timeOfDay() else { return nil }
        if cursor.isAtEnd { return universal(midnight + seconds) }
        guard let offset = cursor.offset(), cursor.isAtEnd else { return nil }
        return midnight + seconds - offset
    }

    /// Zones change their offset on whole hours or halves of one, never within a row's hour of local
    /// time but at the change itself, where local time is ambiguous anyway.
    private mutating func universal(_ local: Int64) -> Int64 {
        let hour = local / Self.hour
        if hour != offsetHour {
            offsetHour = hour
            offset = zoneOffset(local: hour * Self.hour)
        }
        return local - offset
    }

    private func zoneOffset(local: Int64) -> Int64 {
        let guess = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local)))
        let universal = Date(timeIntervalSince1970: Double(local) - Double(guess))
        return Int64(timeZone.secondsFromGMT(for: universal))
    }
}

/// Walks through the text of one timestamp.
private struct TimestampCursor {
    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    /// Days since 1970-01-01.
    mutating func date() -> Int64? {
        guard let year = number(4), take("-"), let month = number(2), take("-"),
            let day = number(2), 1...12 ~= month,
            1...Self.days(in: month, of: year) ~= day
        else { return nil }
        return Self.daysSinceEpoch(year, month, day)
    }

    mutating func timeOfDay() -> Int64? {
        guard take("T") || take(" "), let hour = number(2), hour < 24, take(":"),
            let minute = number(2), minute < 60
        else { return nil }
        guard take(":") else { return hour * 3600 + minute * 60 }
        guard let second = number(2), second <= 60 else { return nil }
        if take(".") { skipDigits() }
        return hour * 3600 + minute * 60 + second
    }

    mutating func offset() -> Int64? {
        if take("Z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hour = number(2), hour < 24 else { return nil }
        _ = take(":")
        guard let minute = number(2), minute < 60 else { return nil }
        return (hour * 3600 + minute * 60) * (isWest ? -1 : 1)
    }

    private mutating func number(_ digits: Int) -> Int64? {
        guard position + digits <= text.count else { return nil }
        let field = UnsafeRawBufferPointer(rebasing: text[position..<position + digits])
        guard field.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        position += digits
        return FieldText.integer(field)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() {
        while position < text.count, text[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        if month == 2 { return isLeap(year) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The civil calendar with years that begin in March, so that the leap day comes last.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}
