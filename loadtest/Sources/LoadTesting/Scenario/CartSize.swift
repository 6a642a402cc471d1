// SPDX-License-Identifier: Apache-2.0
import Glibc
import YAMLDecoding

/// How many lines carts have.
package enum CartSize: Hashable, Sendable {
    /// Each number as likely.
    case uniform(ClosedRange<Int>)
    /// The logarithm has this mean and deviation: many small carts, few large ones.
    case lognormal(mean: Double, deviation: Double)
    /// The carts of the store's history, with their products and quantities.
    case history

    /// Reads `3`, `1-8`, `lognormal(1.1, 0.5)` or `history`; nil for anything else.
    init?(_ text: String) {
        if text == "history" {
            self = .history
        } else if let match = text.wholeMatch(of: /lognormal\((-?[0-9.]+), *([0-9.]+)\)/),
            let mean = Double(match.1), let deviation = Double(match.2)
        {
            self = .lognormal(mean: mean, deviation: deviation)
        } else if let range = IntegerRange.parse(text) {
            self = .uniform(range)
        } else {
            return nil
        }
    }

    /// Whether every size can be sent and computed.
    var isInRange: Bool {
        switch self {
        case .uniform(let range): ScenarioLimits.lines.contains(range)
        case .lognormal(let mean, let deviation):
            ScenarioLimits.logarithm.contains(mean) && ScenarioLimits.logarithm.contains(deviation)
        case .history: true
        }
    }

    /// A number of lines; of a history its carts decide.
    func next(using generator: inout SeededGenerator) -> Int {
        switch self {
        case .uniform(let range): Int.random(in: range, using: &generator)
        case .lognormal(let mean, let deviation):
            Int(exp(mean + deviation * generator.normal()).rounded())
                .clamped(to: ScenarioLimits.lines)
        case .history: 1
        }
    }
}

extension ValueDecoder where Value == CartSize {
    /// How many lines carts have.
    static var lines: ValueDecoder {
        let expected =
            "a number of lines such as 2 or 1-8, at most 500, lognormal(1.1, 0.5) or history"
        return .scalar(expected) { text throws(ScalarFault) in
            guard let size = CartSize(text) else { throw .malformed() }
            guard size.isInRange else { throw .outOfRange }
            return size
        }
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
