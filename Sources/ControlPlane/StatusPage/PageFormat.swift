// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayCore

/// Numbers of the status page as people read them.
enum PageFormat {
    static func count(_ number: some BinaryInteger) -> String {
        Int64(number).formatted(.number.locale(Locale(identifier: "en_US")))
    }

    static func percent(basisPoints: Int) -> String {
        basisPoints % 100 == 0
            ? "\(basisPoints / 100) %" : String(format: "%.2f %%", Double(basisPoints) / 100)
    }

    static func milliseconds(_ value: Double?) -> String {
        guard let value else { return "–" }
        return value < 1
            ? String(format: "%.0f µs", value * 1_000) : String(format: "%.3g ms", value)
    }

    /// To the second: `2026-03-01 09:30:00 UTC`.
    static func time(_ timestamp: Timestamp) -> String {
        timestamp.description.prefix(19).replacing("T", with: " ") + " UTC"
    }

    /// The two largest units: `3 d 4 h`, `12 min 5 s`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds))
        let parts = [
            (whole / 86_400, "d"), (whole / 3_600 % 24, "h"), (whole / 60 % 60, "min"),
            (whole % 60, "s"),
        ]
        let shown = parts.drop { $0.0 == 0 }.prefix(2)
        return shown.isEmpty ? "0 s" : shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
