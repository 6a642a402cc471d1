// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// What one kind of shopper does: requests one after the other, with time to think between them.
package struct SessionTemplate: Sendable {
    /// A request of the session, once or some times in a row.
    package struct Step: Sendable {
        /// Position among the scenario's requests.
        package var request: Int
        /// How often it is sent.
        package var times: ClosedRange<Int>
        /// The time until the next request, each as likely.
        package var think: ClosedRange<Duration>
    }

    /// Its name, in messages alone.
    package var name: String
    /// Its share among the sessions.
    package var weight: Double
    /// What it does, in order.
    package var steps: [Step]

    /// A decoder of sessions whose steps name these requests.
    static func decoder(requests: [String]) -> ValueDecoder<SessionTemplate> {
        .object { object in
            let step = ValueDecoder<Step>.object { Step($0, requests: requests) }
            let name = object.optional("name", .identifier, default: "session")
            let weight = object.optional("weight", .number(in: ScenarioLimits.weight), default: 1)
            let steps = object.required("steps", .array(of: step))
            return steps.map { SessionTemplate(name: name, weight: weight, steps: $0) }
        }
    }
}

extension SessionTemplate.Step {
    fileprivate init?(_ object: ObjectDecoder, requests: [String]) {
        let request = object.required("request", .position(in: requests))
        times = object.optional("times", .times, default: 1...1)
        think = object.optional("think", .think, default: .zero ... .zero)
        guard let request else { return nil }
        self.request = request
    }
}

extension ValueDecoder where Value == Int {
    /// One of some names, as its position among them.
    fileprivate static func position(in names: [String]) -> ValueDecoder {
        .scalar("the name of one of the scenario's requests") { text throws(ScalarFault) in
            if let position = names.firstIndex(of: text) { return position }
            let meant = EditDistance.closest(to: text, among: names)
            throw .unknownChoice(help: meant.map { "did you mean `\($0)`?" })
        }
    }
}

extension ValueDecoder where Value == ClosedRange<Int> {
    /// How often: a number such as `2`, or a range such as `1-4`.
    fileprivate static var times: ValueDecoder {
        .scalar("how often, such as 2 or 1-4, at most 100") { text throws(ScalarFault) in
            guard let range = IntegerRange.parse(text) else { throw .malformed() }
            guard ScenarioLimits.times.contains(range) else { throw .outOfRange }
            return range
        }
    }
}

extension ValueDecoder where Value == ClosedRange<Duration> {
    /// A time such as `800ms`, or a range such as `500ms-2s`.
    fileprivate static var think: ValueDecoder {
        .scalar("a time such as 800ms, or a range such as 500ms-2s, at most 10m") {
            text throws(ScalarFault) in
            let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map {
                DurationText.duration(String($0))
            }
            guard (1...2).contains(bounds.count), let first = bounds[0],
                let last = bounds[bounds.count - 1]
            else { throw .malformed(help: "write whole numbers with ns, us, ms, s, m or h") }
            guard first <= last, last <= ScenarioLimits.thinkMaximum else { throw .outOfRange }
            return first...last
        }
    }
}

/// Ranges of whole numbers as scenarios write them.
enum IntegerRange {
    /// Reads `3` or `1-8`; nil for anything else.
    static func parse(_ text: String) -> ClosedRange<Int>? {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(bounds.count), let first = bounds[0],
            let last = bounds[bounds.count - 1], first <= last
        else { return nil }
        return first...last
    }
}
