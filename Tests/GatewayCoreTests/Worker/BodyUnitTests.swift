// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

/// Who a body speaks for, found without reading more of it than needed.
struct BodyUnitTests {
    private static let sources: [UnitSource] = [.customerID, .sessionID]

    private func unitHash(_ body: String) -> UInt64? {
        Array(body.utf8).withUnsafeBytes {
            var reader = RequestReader()
            return reader.unitHash(in: $0, Self.sources)
        }
    }

    @Test(arguments: [
        (#"{"customer_id":"c1","session_id":"s1"}"#, "c1"),
        (#"{"session_id":"s1","lines":[{"id":"1"}],"customer_id":"c1"}"#, "c1"),
        (#"{"customer_id":17850}"#, "17850"),
        (#"{"customer_id":null,"session_id":"s1"}"#, "s1"),
        (#"{"customer_id":"","session_id":"s1"}"#, "s1"),
        (#"{"lines":[{"customer_id":"x"}],"session_id":"s1"}"#, "s1"),
        (#"{"customer_id":"caf\u00e9"}"#, "café"),
        // Nothing behind the most preferred source is looked at.
        (#"{"customer_id":"c1","lines":[{]"#, "c1"),
    ])
    func findsTheMostPreferredSource(body: String, unit: String) {
        #expect(unitHash(body) == UnitHash.hash(unit.utf8))
    }

    @Test(arguments: [
        "", "[]", "{", #"{"session_id":"s1""#, #"{"shop":"s"}"#, #"{"customer_id":["c1"]}"#,
    ])
    func whoIsNotNamedIsNobody(body: String) {
        #expect(unitHash(body) == nil)
    }
}
