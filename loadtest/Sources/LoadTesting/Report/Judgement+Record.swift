// SPDX-License-Identifier: Apache-2.0

extension Judgement.Facts {
    /// The facts of a recorded run.
    package init(_ record: RunRecord) {
        let measured = Measurements(record)
        let description = record.description
        let waited = Double(measured.failureCount(.connectionWait))
        self.init(
            askedRate: description.askedRate,
            seconds: description.scoredSeconds,
            answered: measured.answered.count,
            timerLagNanoseconds: measured.timerLag.supportedNanoseconds(atPercentile: 99),
            backlogGrowth: description.wasInterrupted
                ? 0 : BacklogTrace.growth(description.backlog),
            connectionWaitShare: waited / Double(max(measured.ended.count, 1)),
            steadiness: Steadiness(record)
        )
    }
}
