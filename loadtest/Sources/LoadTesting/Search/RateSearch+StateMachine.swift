// SPDX-License-Identifier: Apache-2.0

/// Looks for the highest rate that meets the objectives: which rate to probe next, and when to stop.
///
/// Doubles the rate while the objectives are met, then halves the step on the logarithm of the rate,
/// then confirms a little below what it found. It takes findings and gives probes; it measures nothing.
package struct RateSearch: Sendable {
    /// What is probed.
    package struct Range: Sendable {
        /// Where it starts; nothing is probed below.
        package var lowest: Double
        /// Nothing is probed above.
        package var highest: Double
        /// Length of a probe, in seconds.
        package var probeSeconds: Double
        /// The step between met and missed that is fine enough, as a share.
        package var precision = 0.03

        /// A range of rates.
        package init(lowest: Double, highest: Double, probeSeconds: Double) {
            self.lowest = lowest
            self.highest = max(lowest, highest)
            self.probeSeconds = probeSeconds
        }
    }

    /// Why a rate is probed.
    package enum Purpose: String, Sendable, Encodable {
        /// To find a rate that misses.
        case bracket
        /// To narrow the step between met and missed.
        case bisection
        /// To see what was found hold for longer.
        case confirmation
    }

    /// A rate to measure.
    package struct Probe: Hashable, Sendable {
        /// Requests per second.
        package let rate: Double
        /// How long.
        package let seconds: Double
        /// Why.
        package let purpose: Purpose
        /// Whether it goes on measuring the rate before instead of starting anew.
        package let isExtension: Bool
    }

    /// What a probe came to, extensions included.
    package enum Finding: Hashable, Sendable {
        /// Every objective is met, and its interval says so too.
        case met
        /// An objective is missed, and its interval says so too.
        case missed
        /// An interval holds the limit; the estimates are met or not.
        case straddles(isMet: Bool)
        /// This process was late: it says nothing about the server.
        case generatorLimited
    }

    /// What the highest rate is due to.
    package enum Bound: String, Sendable, Encodable {
        /// The server misses the objectives above it.
        case server
        /// This process cannot send more.
        case generator
        /// The range ends there.
        case range
    }

    /// What was found.
    package struct Result: Hashable, Sendable, Encodable {
        /// The highest rate that met the objectives; nil when the lowest did not.
        package var rate: Double?
        /// The rate that met them for longer as well; nil when none did.
        package var confirmedRate: Double?
        /// What the rate is due to.
        package var bound: Bound

        /// A result; without a rate, none met the objectives.
        package init(rate: Double? = nil, confirmedRate: Double? = nil, bound: Bound) {
            self.rate = rate
            self.confirmedRate = confirmedRate
            self.bound = bound
        }
    }

    /// What to do next.
    package enum Step: Hashable, Sendable {
        /// Measure and record the finding.
        case probe(Probe)
        /// Nothing is left to do.
        case finished(Result)
    }

    /// How much faster the next rate is while every objective is met.
    private static let bracketFactor = 2.0
    /// How long a probe may become while its interval holds the limit, in lengths of a probe.
    package static let lengthsMaximum = 3
    /// How much longer the confirmation is.
    package static let confirmationLengths = 3.0
    /// The share of the rate that is confirmed: what is found lies on the edge.
    package static let confirmationShare = 0.95
    /// Confirmations before the search gives up, each lower than the one before.
    private static let confirmationsMaximum = 3
    /// Times a rate is tried when this process was late: once may be a hiccup of the machine.
    private static let generatorTriesMaximum = 2

    private let range: Range
    private var met: Double?
    private var missed: (rate: Double, bound: Bound)?
    private var confirmations = 0
    private var lengths = 1
    private var generatorTries = 0
    /// What is to be done now.
    package private(set) var step: Step

    /// A search that has measured nothing.
    package init(_ range: Range) {
        self.range = range
        step = .finished(Result(bound: .range))
        probe(range.lowest, .bracket)
    }

    /// Takes what the probe of `step` came to, and decides on the next step.
    package mutating func record(_ finding: Finding) {
        guard case .probe(let probe) = step else { return }
        switch finding {
        case .met: end(probe, isMet: true)
        case .missed: end(probe, isMet: false)
        case .straddles(let isMet):
            let isFinal = probe.purpose == .confirmation || lengths == Self.lengthsMaximum
            if isFinal { end(probe, isMet: isMet) } else { extend(probe) }
        case .generatorLimited:
            generatorTries += 1
            let isFinal = generatorTries == Self.generatorTriesMaximum
            if isFinal { end(probe, isMet: false, .generator) } else { retry(probe) }
        }
    }

    // MARK: Transitions

    private mutating func end(_ probe: Probe, isMet: Bool, _ bound: Bound = .server) {
        if probe.purpose == .confirmation { return endConfirmation(probe, isMet: isMet, bound) }
        if isMet { met = probe.rate } else { missed = (probe.rate, bound) }
        guard let met else { return step = .finished(Result(bound: bound)) }
        guard let missed else {
            guard met < range.highest else { return confirm(met) }
            return self.probe(min(met * Self.bracketFactor, range.highest), .bracket)
        }
        guard missed.rate / met > 1 + range.precision else { return confirm(met) }
        self.probe((met * missed.rate).squareRoot(), .bisection)
    }

    private mutating func endConfirmation(_ probe: Probe, isMet: Bool, _ bound: Bound) {
        if isMet {
            let found = confirmations == 1 ? met : probe.rate
            finish(Result(rate: found, confirmedRate: probe.rate, bound: missed?.bound ?? .range))
        } else if confirmations == Self.confirmationsMaximum || bound == .generator {
            finish(Result(rate: met, bound: bound))
        } else {
            missed = (probe.rate, bound)
            confirm(probe.rate)
        }
    }

    private mutating func confirm(_ rate: Double) {
        confirmations += 1
        probe(max(rate * Self.confirmationShare, range.lowest), .confirmation)
    }

    private mutating func finish(_ result: Result) { step = .finished(result) }

    // MARK: Probes

    private mutating func probe(_ rate: Double, _ purpose: Purpose) {
        (lengths, generatorTries) = (1, 0)
        let length = purpose == .confirmation ? Self.confirmationLengths : 1
        step = .probe(
            Probe(
                rate: rate,
                seconds: range.probeSeconds * length,
                purpose: purpose,
                isExtension: false
            )
        )
    }

    private mutating func extend(_ probe: Probe) {
        lengths += 1
        step = .probe(probe.repeated(isExtension: true))
    }

    private mutating func retry(_ probe: Probe) {
        lengths = 1
        step = .probe(probe.repeated(isExtension: false))
    }
}

extension RateSearch.Probe {
    fileprivate func repeated(isExtension: Bool) -> Self {
        Self(rate: rate, seconds: seconds, purpose: purpose, isExtension: isExtension)
    }
}
