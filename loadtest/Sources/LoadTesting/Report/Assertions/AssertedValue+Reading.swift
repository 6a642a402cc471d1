// SPDX-License-Identifier: Apache-2.0

extension AssertedValue {
    /// What a number is measured in.
    enum Unit {
        case share, rate, count, milliseconds

        /// What a limit's unit multiplies it by.
        var scales: [String: Double] {
            switch self {
            case .share: ["%": 0.01]
            case .rate: ["": 1, "/s": 1]
            case .count: ["": 1]
            case .milliseconds: ["us": 0.001, "µs": 0.001, "ms": 1, "s": 1_000]
            }
        }

        /// A limit in it, as messages show one.
        var example: String {
            switch self {
            case .share: "a share such as 99.9%"
            case .rate: "a rate such as 500/s"
            case .count: "a number such as 5000"
            case .milliseconds: "a time such as 50ms"
            }
        }
    }

    private static let words: [String: Quantity] = [
        "answered": .answered, "shed": .shed, "failed": .failed, "goodput": .goodput,
        "samples": .samples,
    ]

    /// Reads a value from the parts between its dots; there is at least one.
    init(_ parts: [AssertionParser.Part], _ parser: AssertionParser) throws(AssertionError) {
        var rest = parts[...]
        let last = rest.removeLast()
        if let quantity = Self.words[last.name], last.argument == nil {
            self.quantity = quantity
        } else if last.name == "recover", let fault = last.argument {
            quantity = .recovery(fault: fault)
        } else {
            let percentile = try Self.percentile(last, parser)
            quantity = .percentile(try Self.clock(rest.popLast(), before: last, parser), percentile)
        }
        for part in rest { try add(part, parser) }
    }

    /// A word of the route, or what narrows it down.
    private mutating func add(
        _ part: AssertionParser.Part,
        _ parser: AssertionParser
    ) throws(AssertionError) {
        guard let argument = part.argument else {
            selector.route = selector.route.map { $0 + "." + part.name } ?? part.name
            return
        }
        switch part.name {
        case "version": selector.version = argument
        case "arm": selector.arm = argument
        case "rung": selector.rung = argument
        case "phase": phase = argument
        default: throw parser.error("expected version, arm, rung or phase here", part.range)
        }
    }

    private static func percentile(
        _ part: AssertionParser.Part,
        _ parser: AssertionParser
    ) throws(AssertionError) -> Double {
        if part.name.first == "p", let percentile = Double(part.name.dropFirst()) {
            if RunReport.percentiles.contains(percentile) { return percentile }
            let names = RunReport.percentiles.map(RunReport.name).joined(separator: ", ")
            throw parser.error("expected one of \(names)", part.range)
        }
        let names = words.keys.sorted().joined(separator: ", ")
        throw parser.error("expected \(names), or a percentile such as p99", part.range)
    }

    private static func clock(
        _ part: AssertionParser.Part?,
        before percentile: AssertionParser.Part,
        _ parser: AssertionParser
    ) throws(AssertionError) -> LatencyClock {
        if let part, part.name == "server", let phase = part.argument { return .phase(phase) }
        let known = LatencyClock.measuredHere
        if let part, part.argument == nil, let clock = known.first(where: { $0.name == part.name })
        {
            return clock
        }
        let names = known.map(\.name).joined(separator: ", ")
        throw parser.error(
            "a percentile is of \(names) or server(\"model\")",
            (part ?? percentile).range
        )
    }
}

extension AssertedValue.Quantity {
    var unit: AssertedValue.Unit {
        switch self {
        case .answered, .shed, .failed: .share
        case .goodput: .rate
        case .samples: .count
        case .percentile, .recovery: .milliseconds
        }
    }
}
