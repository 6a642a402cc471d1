// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import Testing

@Suite struct VMISTests {
    /// `Fixtures/make_vmis.py` is an independent reading of the published formula.
    @Test func ranksExactlyAsTheReference() throws {
        let storage = try SessionFixtures.index(
            ClickLog.read(SessionFixtures.path("vmis_clicks.tsv"))
        )
        let index = try SessionIndex(storage.bytes)
        let cases = try SessionFixtures.text("vmis_expected.tsv").split(separator: "\n")
        #expect(cases.count == 120)
        for line in cases {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            var parameters = SessionParameters.vmis
            parameters.neighbours = try #require(Int(fields[0]))
            parameters.recentSessions = try #require(Int(fields[1]))
            parameters.lastItems = 4
            let ranking = SessionFixtures.recommend(
                SessionModel(index, parameters),
                after: fields[2].split(separator: ",").map(String.init)
            )
            #expect(ranking == fields[3].split(separator: ",").map(String.init), "\(line)")
        }
    }
}
