// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDecoding

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("port", "prot", 1), ("kitten", "sitting", 3),
        ("host", "HOST", 0), ("budget", "budgt", 1),
    ])
    func distances(_ left: String, _ right: String, _ expected: Int) {
        #expect(EditDistance.distance(left, right) == expected)
        #expect(EditDistance.distance(right, left) == expected)
    }

    @Test func onlyNearWordsAreSuggested() {
        let keys = ["host", "port", "limits"]
        #expect(EditDistance.closest(to: "prot", among: keys) == "port")
        #expect(EditDistance.closest(to: "database", among: keys) == nil)
    }
}
