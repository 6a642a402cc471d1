// SPDX-License-Identifier: Apache-2.0

/// Reads the text of an assertion: a value, a comparison, and a limit or another value.
///
///     value      = { (route | selector) "." } quantity
///     selector   = ("version" | "arm" | "rung" | "phase") "(" '"' text '"' ")"
///     quantity   = "answered" | "shed" | "failed" | "goodput" | "samples" | clock "." "p" number
///     clock      = "scheduled" | "service" | "timer_lag" | … | "server" "(" '"' phase '"' ")"
///     bound      = number unit | value [ "*" number ]
struct AssertionParser {
    /// A part of a value between dots.
    struct Part {
        let name: String
        /// What stands in the parentheses; nil without any.
        let argument: String?
        let range: Range<Int>
    }

    private let text: String
    let characters: [Character]
    private var position = 0

    init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    mutating func parse() throws(AssertionError) -> (AssertedValue, Comparison, Assertion.Bound) {
        let value = try value()
        let comparison = try comparison()
        let bound = try bound(of: value)
        skipBlanks()
        guard position == characters.count else {
            throw error("nothing may follow here", position..<characters.count)
        }
        return (value, comparison, bound)
    }

    func error(_ message: String, _ range: Range<Int>) -> AssertionError {
        AssertionError(
            text: text,
            offset: range.lowerBound,
            length: max(range.count, 1),
            message: message
        )
    }

    // MARK: Pieces

    private mutating func value() throws(AssertionError) -> AssertedValue {
        skipBlanks()
        var parts = [try part()]
        while position < characters.count, characters[position] == "." {
            position += 1
            parts.append(try part())
        }
        return try AssertedValue(parts, self)
    }

    private mutating func part() throws(AssertionError) -> Part {
        let start = position
        let word = take { $0.isLetter || $0.isNumber || "_-@:".contains($0) }
        guard !word.isEmpty else {
            throw error("expected a name such as scheduled", start..<start)
        }
        let isPercentile =
            word.first == "p" && word.count > 1 && word.dropFirst().allSatisfy(\.isNumber)
        if isPercentile, peek(0) == ".", peek(1)?.isNumber == true {
            position += 1
            let digits = take(while: \.isNumber)
            return Part(name: word + "." + digits, argument: nil, range: start..<position)
        }
        let argument = peek(0) == "(" ? try argument(from: start) : nil
        return Part(name: word, argument: argument, range: start..<position)
    }

    private mutating func argument(from start: Int) throws(AssertionError) -> String {
        position += 1
        guard peek(0) == "\"" else {
            throw error(#"expected a text such as ("3")"#, start..<position)
        }
        position += 1
        let argument = take { $0 != "\"" }
        guard peek(0) == "\"", peek(1) == ")" else {
            throw error(#"the text must end with ")"#, start..<position)
        }
        position += 2
        return argument
    }

    private mutating func comparison() throws(AssertionError) -> Comparison {
        skipBlanks()
        let start = position
        let sign = take { "<>=!".contains($0) }
        guard let comparison = Comparison(rawValue: sign) else {
            throw error("expected <, <=, > or >=", start..<position)
        }
        return comparison
    }

    private mutating func bound(of value: AssertedValue) throws(AssertionError) -> Assertion.Bound {
        skipBlanks()
        guard let first = peek(0), !first.isNumber else { return .limit(try limit(of: value)) }
        let start = position
        let other = try self.value()
        guard other.quantity.unit == value.quantity.unit else {
            throw error("the two values have different units", start..<position)
        }
        skipBlanks()
        guard peek(0) == "*" else { return .value(other, factor: 1) }
        position += 1
        skipBlanks()
        let place = position
        guard let factor = Double(take { $0.isNumber || $0 == "." }), factor.isFinite else {
            throw error("expected a factor such as 1.10", place..<position)
        }
        return .value(other, factor: factor)
    }

    private mutating func limit(of value: AssertedValue) throws(AssertionError) -> Double {
        let start = position
        let number = take { $0.isNumber || $0 == "." }
        skipBlanks()
        let unit = take { !$0.isWhitespace }
        guard let number = Double(number), let scale = value.quantity.unit.scales[unit] else {
            throw error("expected \(value.quantity.unit.example)", start..<position)
        }
        return number * scale
    }

    private mutating func skipBlanks() { _ = take(while: \.isWhitespace) }

    private func peek(_ distance: Int) -> Character? {
        characters.indices.contains(position + distance) ? characters[position + distance] : nil
    }

    private mutating func take(while isMeant: (Character) -> Bool) -> String {
        let taken = characters[position...].prefix(while: isMeant)
        position = taken.endIndex
        return String(taken)
    }
}
