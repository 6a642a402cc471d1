// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A moment of the wall clock, for people and metrics; never for deadlines.
///
/// Unit: milliseconds since 1970-01-01T00:00:00Z. Encodes as RFC 3339 text in UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch.
    package let unixMilliseconds: Int64

    /// Makes the moment that is `unixMilliseconds` after the Unix epoch.
    package init(unixMilliseconds: Int64) {
        self.unixMilliseconds = unixMilliseconds
    }

    /// The system's wall clock now.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            unixMilliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
        )
    }

    /// Seconds since the Unix epoch, as metrics carry time.
    package var unixSeconds: Double { Double(unixMilliseconds) / 1_000 }

    /// Earlier moments come first.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.unixMilliseconds < right.unixMilliseconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-03-01T09:30:00.250Z`.
    package var description: String {
        var fields = tm()
        var seconds = time_t(unixMilliseconds.flooredQuotient(by: 1_000))
        gmtime_r(&seconds, &fields)
        let milliseconds = unixMilliseconds - Int64(seconds) * 1_000
        let date = [
            padded(fields.tm_year + 1_900, 4), padded(fields.tm_mon + 1, 2),
            padded(fields.tm_mday, 2),
        ].joined(separator: "-")
        let time = [padded(fields.tm_hour, 2), padded(fields.tm_min, 2), padded(fields.tm_sec, 2)]
            .joined(separator: ":")
        return "\(date)T\(time).\(padded(Int32(milliseconds), 3))Z"
    }

    private func padded(_ number: Int32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Timestamp: Encodable {
    /// Writes the RFC 3339 text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
