// SPDX-License-Identifier: Apache-2.0

/// One request that has ended, as a sending thread hands it over.
struct RequestSample: Sendable {
    /// Phases of the server that are kept of a reply.
    static let phasesMaximum = 8
    /// In place of a phase's microseconds: the reply did not name it.
    static let absent = UInt32.max

    var timing: RequestTiming
    /// The second of the scored part in which it was due.
    var second: UInt32
    /// What it is counted under, in the thread's own numbers.
    var series: UInt32
    /// The server's phases in microseconds, in the thread's own order.
    var phases = SIMD8<UInt32>(repeating: absent)
}

/// What one thread measured in a second or less.
struct SampleBatch: Sendable {
    var samples: [RequestSample]
    /// What the samples' series mean.
    var series: [SeriesName]
    /// What the samples' phases mean.
    var phases: [String]
}
