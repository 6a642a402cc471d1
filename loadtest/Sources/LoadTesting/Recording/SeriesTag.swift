// SPDX-License-Identifier: Apache-2.0

/// A series and a clock as a tag of the interval log: `route|arm|version|outcome|clock`.
struct SeriesTag: Hashable {
    let series: SeriesName
    let clock: LatencyClock

    init(_ series: SeriesName, _ clock: LatencyClock) {
        self.series = series
        self.clock = clock
    }

    /// Reads a tag; nil when it is none of ours.
    init?(text: some StringProtocol) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
            .map { Self.unescaped(String($0)) }
        guard parts.count == 5, let outcome = RequestOutcome(name: parts[3]),
            let clock = LatencyClock(name: parts[4])
        else { return nil }
        series = SeriesName(route: parts[0], arm: parts[1], version: parts[2], outcome: outcome)
        self.clock = clock
    }

    var text: String {
        [series.route, series.arm, series.version, series.outcome.name, clock.name]
            .map(Self.escaped).joined(separator: "|")
    }

    /// The log separates by commas and line ends, and tags have no blanks.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            if byte > 0x20, byte < 0x7F, !",|%".utf8.contains(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += "%" + String(UInt16(byte) | 0x100, radix: 16).dropFirst()
            }
        }
        return escaped
    }

    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = String(Substring(rest.prefix(2)))
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
