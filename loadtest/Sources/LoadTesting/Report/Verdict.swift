// SPDX-License-Identifier: Apache-2.0

/// Whether a run's numbers mean what they seem to.
package enum Verdict: String, Sendable, Encodable, CaseIterable {
    /// They do.
    case valid = "VALID"
    /// This process was late: the numbers are its own, not the server's.
    case generatorLimited = "GENERATOR_LIMITED"
    /// The server does less than was asked for: latencies measure how long the run was.
    case saturated = "SATURATED"
    /// The server was not the same throughout: another run would give other numbers.
    case unstable = "UNSTABLE"
    /// Too few answers for the percentiles that matter.
    case tooFewSamples = "TOO_FEW_SAMPLES"
}
