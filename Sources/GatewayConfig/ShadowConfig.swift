// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// A version that gets copies of live requests; its answers are compared and dropped.
package struct ShadowConfig: Hashable, Sendable, Encodable {
    /// Share of the model's answered requests, of 10,000.
    package var sampleBasisPoints = 100
    /// Time for one answer; what comes later is not compared.
    package var budgetNanoseconds: UInt64 = .milliseconds(200)
    /// Calls at once, over all event loops; beyond it copies are dropped.
    package var inFlightMax = 8
    /// Threads of its own, with the lowest priority there is.
    package var threads = 1

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("sample", .basisPoints(in: ConfigLimits.rate), into: &sampleBasisPoints)
        object.read("budget", .nanoseconds(in: ConfigLimits.budget), into: &budgetNanoseconds)
        object.read("in_flight", .integer(in: ConfigLimits.shadowCalls), into: &inFlightMax)
        object.read("threads", .integer(in: ConfigLimits.poolThreads), into: &threads)
    }
}
