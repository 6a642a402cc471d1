// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import Testing

@Suite struct EvaluationTests {
    @Test func countsWhatCameNext() throws {
        let log = try SessionFixtures.log("1\ta\t1\n1\tb\t2\n2\ta\t3\n2\tc\t4\n")
        let storage = try SessionFixtures.index(log)
        let index = try SessionIndex(storage.bytes)
        var parameters = SessionParameters()
        parameters.ageDecayDays = 0.01
        parameters.rarity = 0
        var evaluation = SessionEvaluation(SessionModel(index, parameters), limit: 2)
        // After a come b and c, equally likely, so b is first; the index does not know the third.
        var future = Clicks()
        let session = future.addSession(key: 1)
        for item in [UInt32(0), 1, .max] { try future.add(session: session, item: item, time: 9) }
        evaluation.run(ClickLog(clicks: future, itemKeys: []))
        #expect(evaluation.overall.predictions == 2)
        #expect(evaluation.overall.hitRate == 0.5)
        #expect(evaluation.overall.meanReciprocalRank == 0.5)
        #expect(evaluation.coverage > 0.5)
        #expect(evaluation.latency(percentile: 99) >= evaluation.latency(percentile: 50))
        #expect(evaluation.segments.map(\.tally.predictions) == [1, 1, 0, 0])
    }
}
