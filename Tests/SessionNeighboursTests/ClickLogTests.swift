// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import Testing

@Suite struct ClickLogTests {
    private static let sorted = """
        SessionId\tItemId\tTime
        1\ta\t100
        1\tb\t101
        2\tb\t200
        2\tc\t201.5

        """

    /// Every form of the same log makes the same index.
    @Test(arguments: [
        "2\tc\t202\n1\tb\t101\n1\ta\t100.2\n2\tb\t200\n",
        "1\ta\t100\r\n1\tb\t101\r\n2\tb\t200\r\n2\tc\t202\r\n",
        "Time\tSessionId\tuser\tItemId\n100\t1\tx\ta\n101\t1\tx\tb\n200\t2\ty\tb\n202\t2\ty\tc",
        "session_id\titem_id\ttime\n1\ta\t100\n1\tb\t101\n2\tb\t200\n2\tc\t202\n",
    ])
    func orderHeaderAndLineEndsDoNotMatter(_ text: String) throws {
        let expected = try SessionFixtures.index(SessionFixtures.log(Self.sorted))
        let storage = try SessionFixtures.index(SessionFixtures.log(text))
        // All but the first time, which may lie before the first click, and what counts from it.
        let index = try SessionIndex(storage.bytes)
        #expect(storage.bytes.count == expected.bytes.count)
        let model = SessionModel(index, SessionParameters())
        #expect(SessionFixtures.recommend(model, after: ["a"]) == ["b"])
        #expect(Set(SessionFixtures.recommend(model, after: ["b"])) == ["a", "c"])
    }

    @Test(arguments: [
        ("", "the file is empty"),
        ("SessionId\tItemId\tTime\n", "has no clicks"),
        ("a\tb\tc\n1\t2\t3\n", ":1: expected a header with SessionId, ItemId and Time, or a click"),
        ("1\t2\t3\n1 2 3\n", ":2: expected a session, an item and a time, apart by tabs"),
        ("1\t2\t3\n1\t2\tnow\n", ":2: the time \"now\" is not in Unix seconds"),
        ("1\t2\t-3\n", ":1: expected a header"),
        ("1\t2\t3\n1\t\t3\n", ":2: expected a session"),
        ("1\t2\t3\n1\t2\t90000000000\n", ":2: the times lie more than 136 years apart"),
    ])
    func badLogsAreRefusedWithTheirLine(_ text: String, _ expected: String) {
        let error = #expect(throws: SessionIndexError.self) { try SessionFixtures.log(text) }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }
}
