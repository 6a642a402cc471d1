// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import ControlPlane

@Suite struct JSONTreeTests {
    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1,"b":2}"#, nil),
        (#"{"a":1}"#, #"{"b":2}"#, "/a: expected 1, got none"),
        (
            #"{"a":[{"p":"2.55"}]}"#, #"{"a":[{"p":"2.95"}]}"#,
            #"/a/0/p: expected "2.55", got "2.95""#
        ),
        ("[1,2]", "[1]", ": expected an array of 2, got an array of 1"),
        (
            "9007199254740993", "9007199254740992",
            ": expected 9007199254740993, got 9007199254740992"
        ),
        ("null", "false", ": expected null, got false"),
        ("1.5", "1.5", nil),
    ])
    func namesTheFirstDifference(wanted: String, found: String, difference: String?) throws {
        let decoder = JSONDecoder()
        let wanted = try decoder.decode(JSONTree.self, from: Data(wanted.utf8))
        let found = try decoder.decode(JSONTree.self, from: Data(found.utf8))
        #expect(wanted.difference(from: found) == difference)
    }
}
