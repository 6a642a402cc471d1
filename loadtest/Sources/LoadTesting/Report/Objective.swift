// SPDX-License-Identifier: Apache-2.0

/// One thing a run must reach, such as `checkout.scheduled.p99 < 50ms`.
package struct Objective: Sendable {
    /// What is measured.
    enum Quantity: Equatable, Sendable {
        /// Share of due requests with a good answer.
        case answered
        /// Share of due requests refused with 503.
        case shed
        /// Good answers per second.
        case goodput
        /// A percentile of scheduled latency.
        case scheduled(percentile: Double)
        /// A percentile of service latency.
        case service(percentile: Double)
    }

    /// How it is compared.
    enum Comparison: String, CaseIterable, Sendable {
        case atMost = "<=", atLeast = ">=", less = "<", greater = ">"

        func holds(_ value: Double, _ limit: Double) -> Bool {
            switch self {
            case .atMost: value <= limit
            case .atLeast: value >= limit
            case .less: value < limit
            case .greater: value > limit
            }
        }
    }

    private let text: String
    let route: String?
    let quantity: Quantity
    let comparison: Comparison
    /// In the quantity's own unit: a share, requests per second or milliseconds.
    let limit: Double

    /// Reads an objective; nil when it is none.
    package init?(argument: String) {
        text = argument
        guard let comparison = Comparison.allCases.first(where: { argument.contains($0.rawValue) }),
            let place = argument.firstRange(of: comparison.rawValue)
        else { return nil }
        let name = argument[..<place.lowerBound].filter { $0 != " " }
        let value = argument[place.upperBound...].filter { $0 != " " }
        guard let (route, quantity) = Self.quantity(name),
            let limit = Self.limit(value, of: quantity)
        else { return nil }
        (self.route, self.quantity) = (route, quantity)
        (self.comparison, self.limit) = (comparison, limit)
    }

    /// Why a run missed it; nil when it did not.
    package func failure(in report: RunReport) -> String? {
        guard let value = value(in: report) else { return "\(text): not enough samples" }
        return comparison.holds(value, limit) ? nil : "\(text): it is \(shown(value))"
    }

    private func value(in report: RunReport) -> Double? {
        let part = report.routes.first { $0.name == route }
        guard route == nil || part != nil else { return nil }
        let due = part?.due ?? report.due
        let answered = part?.answered ?? report.total
        switch quantity {
        case .answered: return due > 0 ? Double(answered.scheduled.count) / Double(due) : nil
        case .shed:
            let shed = part.map { Int($0.shed.scheduled.count) } ?? report.shed
            return due > 0 ? Double(shed) / Double(due) : nil
        case .goodput: return report.goodput * share(part, report)
        case .scheduled(let percentile): return answered.scheduled.milliseconds(at: percentile)
        case .service(let percentile): return answered.service.milliseconds(at: percentile)
        }
    }

    private func share(_ part: RunReport.Route?, _ report: RunReport) -> Double {
        guard let part, report.answered > 0 else { return 1 }
        return Double(part.answered.scheduled.count) / Double(report.answered)
    }

    private func shown(_ value: Double) -> String {
        switch quantity {
        case .answered, .shed: NumberText.percent(value)
        case .goodput: NumberText.rate(value)
        case .scheduled, .service: TimeText.text(nanoseconds: UInt64(value * 1e6))
        }
    }

    // MARK: Reading

    private static func quantity(_ name: String) -> (route: String?, Quantity)? {
        let words: [(String, Quantity)] = [
            ("answered", .answered), ("shed", .shed), ("goodput", .goodput),
        ]
        for (word, quantity) in words {
            if name == word { return (nil, quantity) }
            if name.hasSuffix("." + word) {
                return (String(name.dropLast(word.count + 1)), quantity)
            }
        }
        guard let match = name.wholeMatch(of: /(?:(.+)\.)?(scheduled|service)\.p(\d+(?:\.\d+)?)/),
            let percentile = Double(match.3), RunReport.percentiles.contains(percentile)
        else { return nil }
        let quantity: Quantity =
            match.2 == "scheduled"
            ? .scheduled(percentile: percentile) : .service(percentile: percentile)
        return (match.1.map(String.init), quantity)
    }

    private static func limit(_ text: String, of quantity: Quantity) -> Double? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(number) else { return nil }
        let unit = String(text.dropFirst(number.count))
        switch quantity {
        case .answered, .shed: return unit == "%" ? value / 100 : nil
        case .goodput: return ["", "/s"].contains(unit) ? value : nil
        case .scheduled, .service:
            return ["us": 0.001, "ms": 1, "s": 1_000][unit].map { value * $0 }
        }
    }
}

extension RunReport.Latency {
    /// The value at a percentile; nil when too few samples stand behind it.
    fileprivate func milliseconds(at percentile: Double) -> Double? {
        percentilesMs[RunReport.name(ofPercentile: percentile)]
    }
}
