// SPDX-License-Identifier: Apache-2.0

/// What a run measured of one kind of request, second by second of when requests were due.
package struct SecondlyCounts: Sendable {
    /// Latencies of good answers, from when each was due.
    package var scheduled: [LatencyCounts] = []
    /// Latencies of good answers, from when each was sent.
    package var service: [LatencyCounts] = []
    /// Requests that were due.
    package var due: [Double] = []
    /// Good answers.
    package var answered: [Double] = []
    /// Requests refused with 503.
    package var shed: [Double] = []

    /// Nothing measured yet.
    package init() {}

    /// Seconds measured.
    package var seconds: Int { due.count }

    /// Goes on with what was measured later.
    package mutating func append(_ later: SecondlyCounts) {
        scheduled += later.scheduled
        service += later.service
        due += later.due
        answered += later.answered
        shed += later.shed
    }
}
