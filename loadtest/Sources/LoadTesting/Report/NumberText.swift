// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Numbers as the text report shows them.
enum NumberText {
    static func percent(_ share: Double) -> String {
        share == 1 ? "100 %" : String(format: "%.2f %%", share * 100)
    }

    static func rate(_ perSecond: Double) -> String {
        perSecond < 100 ? String(format: "%.1f", perSecond) : grouped(Int(perSecond.rounded()))
    }

    /// Digits in groups of three.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(abs(number)))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}

/// Times as the text report shows them: three digits and a unit.
enum TimeText {
    static func text(nanoseconds: UInt64) -> String {
        let value = Double(nanoseconds)
        switch nanoseconds {
        case ..<1_000_000: return digits(value / 1e3) + " µs"
        case ..<1_000_000_000: return digits(value / 1e6) + " ms"
        default: return digits(value / 1e9) + " s"
        }
    }

    private static func digits(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
    }
}
