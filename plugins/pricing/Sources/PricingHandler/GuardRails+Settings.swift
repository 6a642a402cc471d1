// SPDX-License-Identifier: Apache-2.0
import SluiceKit

extension GuardRails {
    /// A share beyond ten times the list price is a slip of the pen.
    private static let percentMaximum: Int64 = 1000
    /// A fall of more than everything makes no sense.
    private static let changePercentMaximum: Int64 = 100
    /// The steps a currency's coins and habits know.
    private static let steps: [Int64] = [1, 5, 10, 50, 100]

    /// Reads the rails from a version's settings.
    init(_ load: LoadView) throws(HandlerError) {
        let settings = try load.settings(keys: [
            "floor_percent", "ceiling_percent", "maximum_change_percent", "rounding",
        ])
        floor = try settings.hundredths("floor_percent", in: 0...Self.percentMaximum)
        ceiling = try settings.hundredths("ceiling_percent", in: 1...Self.percentMaximum)
        maximumChange = try settings.hundredths(
            "maximum_change_percent",
            in: 0...Self.changePercentMaximum
        )
        rounding = try Rounding(
            settings.section("rounding", keys: ["to_minor", "ending"]),
            steps: Self.steps
        )
        if let floor, let ceiling, floor > ceiling {
            throw settings.refusal(expected: "at most ceiling_percent", "floor_percent")
        }
    }
}

extension Rounding {
    fileprivate init?(_ settings: Settings?, steps: [Int64]) throws(HandlerError) {
        guard let settings else { return nil }
        guard let step = try settings.integer("to_minor", in: 1...100), steps.contains(step) else {
            let words = steps.map(String.init).joined(separator: ", ")
            throw settings.refusal(expected: "one of \(words)", "to_minor")
        }
        self.step = step
        ending = try settings.integer("ending", in: 0...(step - 1)) ?? 0
    }
}
