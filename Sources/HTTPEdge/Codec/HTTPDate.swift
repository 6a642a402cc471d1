// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// The text of the Date field, rendered once a second.
///
/// Source: RFC 9110 §5.6.7.
struct HTTPDate: ~Copyable {
    private static let days: [StaticString] = [
        "Thu, ", "Fri, ", "Sat, ", "Sun, ", "Mon, ", "Tue, ", "Wed, ",
    ]
    private static let months: [StaticString] = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ",
        " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]
    private static let secondsPerDay: Int64 = 86_400

    private var text = ByteWriter(capacity: 32)
    private var renderedSeconds: Int64 = -1

    /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// Unit: seconds since 1970, not negative. Lifetime: until the next call.
    mutating func text(atUnixSeconds seconds: Int64) -> UnsafeRawBufferPointer {
        if seconds != renderedSeconds { render(seconds) }
        return text.bytes
    }

    private mutating func render(_ seconds: Int64) {
        renderedSeconds = seconds
        let day = seconds / Self.secondsPerDay
        let civil = CivilDate(daysSince1970: day)
        text.removeAll()
        text.append(Self.days[Int(day % 7)])
        text.append(decimal: UInt64(civil.day), minimumDigits: 2)
        text.append(Self.months[civil.month - 1])
        text.append(decimal: UInt64(civil.year), minimumDigits: 4)
        text.append(UInt8(ascii: " "))
        renderTime(UInt64(seconds % Self.secondsPerDay))
        text.append(" GMT")
    }

    private mutating func renderTime(_ seconds: UInt64) {
        text.append(decimal: seconds / 3600, minimumDigits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: seconds / 60 % 60, minimumDigits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: seconds % 60, minimumDigits: 2)
    }
}

/// A day of the Gregorian calendar.
struct CivilDate: Equatable {
    let year: Int
    let month: Int
    let day: Int

    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`,
    /// for days from 1970 on.
    init(daysSince1970: Int64) {
        let days = Int(daysSince1970) + 719_468  // from 0000-03-01
        let era = days / 146_097  // 400 years
        let dayOfEra = days % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
