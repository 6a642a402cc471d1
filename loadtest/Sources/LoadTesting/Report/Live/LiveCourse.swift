// SPDX-License-Identifier: Apache-2.0

/// How a run went so far, look by look, for the live page; pure, so that it can be tested.
package struct LiveCourse: Sendable {
    /// Looks that are kept, a quarter of an hour at one a second; later ones replace the oldest.
    private static let pointsMaximum = 900

    struct Point: Sendable {
        let elapsedSeconds: Double
        let answersPerSecond: Double
        let troublesPerSecond: Double
        /// Scheduled latency, in nanoseconds; nil when nothing was answered.
        let latency: (p50: UInt64, p99: UInt64)?
    }

    let target: String
    let totalSeconds: Double
    private(set) var counts = RunProgress.Counts()
    private(set) var points: [Point] = []
    private(set) var hasEnded = false

    /// The course of a run against a target that is to last so many seconds.
    package init(target: String, totalSeconds: Double) {
        self.target = target
        self.totalSeconds = totalSeconds
    }

    /// Takes in what was counted in the last so many seconds.
    package mutating func update(
        _ latest: RunProgress.Counts,
        seconds: Double,
        elapsedSeconds: Double
    ) {
        let span = max(seconds, .leastNonzeroMagnitude)
        let troubles = latest.shed + latest.failed - counts.shed - counts.failed
        let point = Point(
            elapsedSeconds: elapsedSeconds,
            answersPerSecond: Double(latest.answered - counts.answered) / span,
            troublesPerSecond: Double(troubles) / span,
            latency: latest.latest.count > 0
                ? (
                    latest.latest.nanoseconds(atPercentile: 50),
                    latest.latest.nanoseconds(atPercentile: 99)
                ) : nil
        )
        counts = latest
        points.append(point)
        if points.count > Self.pointsMaximum { points.removeFirst() }
    }

    /// Nothing will come any more.
    package mutating func end() { hasEnded = true }
}
