// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// One version that gets copies of live requests, and what the comparison found.
    package struct Shadow: Encodable, Equatable, Sendable {
        /// Name in the config and in metrics.
        package var version: String
        /// Share of the answered requests, of 10,000.
        package var sampleBasisPoints: Int
        /// Time for one answer.
        package var budgetMilliseconds: Double
        /// Calls that have not come back.
        package var inFlight: Int
        /// What became of the requests sampled.
        package var requests: ShadowRequests
        /// Half of the answers took less; absent before the first.
        package var p50Milliseconds: Double?
        /// 99 of 100 answers took less; absent before the first.
        package var p99Milliseconds: Double?
        /// The prices compared; only for a model of prices.
        package var prices: ShadowPrices?
        /// The lists compared; only for a model of recommendations.
        package var lists: ShadowLists?

        /// Describes a shadow.
        package init(
            version: String,
            sampleBasisPoints: Int,
            budgetMilliseconds: Double,
            inFlight: Int,
            requests: ShadowRequests = ShadowRequests(),
            p50Milliseconds: Double? = nil,
            p99Milliseconds: Double? = nil,
            prices: ShadowPrices? = nil,
            lists: ShadowLists? = nil
        ) {
            self.version = version
            self.sampleBasisPoints = sampleBasisPoints
            self.budgetMilliseconds = budgetMilliseconds
            self.inFlight = inFlight
            self.requests = requests
            self.p50Milliseconds = p50Milliseconds
            self.p99Milliseconds = p99Milliseconds
            self.prices = prices
            self.lists = lists
        }
    }

    /// What became of the requests a shadow sampled; their sum is `sampled`.
    package struct ShadowRequests: Encodable, Equatable, Sendable {
        /// All whose end is known.
        package var sampled: UInt64 = 0
        /// Answered in time and compared.
        package var compared: UInt64 = 0
        /// Answered live by a rung without a model.
        package var notComparable: UInt64 = 0
        /// Ended by the handler with an error.
        package var handlerError: UInt64 = 0
        /// Ended with an unusable reply.
        package var badReply: UInt64 = 0
        /// Not answered inside the budget.
        package var late: UInt64 = 0
        /// Dropped because the event loop was busy.
        package var shed: UInt64 = 0
        /// Dropped because too many calls were in flight.
        package var full: UInt64 = 0

        /// Counts nothing yet.
        package init() {}
    }

    /// How a shadow's prices compare with the live ones, line by line.
    package struct ShadowPrices: Encodable, Equatable, Sendable {
        /// Lines where the shadow is cheaper.
        package var lower: UInt64
        /// Lines where both agree to the minor unit.
        package var equal: UInt64
        /// Lines where the shadow is dearer.
        package var higher: UInt64
        /// Lines whose price the route's guard would have refused.
        package var guardViolations: UInt64
        /// The largest difference, up or down, as a share of the live price.
        package var largestDeltaRatio: Double
        /// Lines by the difference as a share of the live price.
        package var deltas: [ShadowBucket]

        /// Gathers the counts.
        package init(
            lower: UInt64,
            equal: UInt64,
            higher: UInt64,
            guardViolations: UInt64,
            largestDeltaRatio: Double,
            deltas: [ShadowBucket]
        ) {
            self.lower = lower
            self.equal = equal
            self.higher = higher
            self.guardViolations = guardViolations
            self.largestDeltaRatio = largestDeltaRatio
            self.deltas = deltas
        }
    }

    /// How a shadow's lists compare with the live ones: their heads, at most ten items.
    package struct ShadowLists: Encodable, Equatable, Sendable {
        /// Mean share of the live head that the shadow has too; absent before the first.
        package var meanShare: Double?
        /// Mean of what both have of what either has; absent before the first.
        package var meanJaccard: Double?
        /// Requests by the share of the live head that the shadow has too.
        package var shares: [ShadowBucket]

        /// Gathers the counts.
        package init(meanShare: Double?, meanJaccard: Double?, shares: [ShadowBucket]) {
            self.meanShare = meanShare
            self.meanJaccard = meanJaccard
            self.shares = shares
        }
    }

    /// One bar of a histogram.
    package struct ShadowBucket: Encodable, Equatable, Sendable {
        /// Upper edge, inclusive; absent for what is above the last.
        package var to: Double?
        /// Observations.
        package var count: UInt64

        /// Describes a bar.
        package init(to: Double?, count: UInt64) {
            self.to = to
            self.count = count
        }
    }
}

extension RatioHistogram {
    /// The bars, from the lowest on.
    var bars: [GatewayStatus.ShadowBucket] {
        zip(edges.map(Optional.some) + [nil], counts).map { .init(to: $0, count: $1) }
    }

    /// The mean; nil without observations.
    var mean: Double? { count == 0 ? nil : sum / Double(count) }
}
