// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import Testing

@testable import GatewayCore

struct JSONAllocationTests {
    private static let document: StaticString = """
        {"shop":"demo","lines":[{"id":"1","quantity":6,"note":"\\u00e9"},{"a":-1.5e3,"b":null}]}
        """

    @Test func allocatesNothingOnceWarm() throws {
        var reader = JSONReader()
        var writer = JSONWriter(capacity: 1024)
        var pointer = ByteWriter(capacity: 64)
        func roundTrip() throws(JSONError) {
            writer.removeAll()
            pointer.removeAll()
            try reader.begin(Self.document.bytes)
            try reader.beginObject()
            writer.beginObject()
            while let key = try reader.nextKey() {
                reader.writePointer(to: &pointer)
                if key.isEqual(to: "shop") {
                    writer.key("shop")
                    writer.string(try reader.string())
                } else {
                    try reader.skipValue()
                }
            }
            try reader.end()
            writer.key("score")
            writer.score(-1.2345679e-30)
            writer.key("price")
            writer.money(minorUnits: 1234, digits: 2)
            writer.endObject()
            let problem = ProblemDetails(.badRequest, detail: "no")
            problem.begin(in: &writer)
            problem.writeErrors(pointer: pointer.bytes, to: &writer)
            writer.endObject()
        }
        try roundTrip()
        let before = allocation_count()
        for _ in 0..<100 { try roundTrip() }
        #expect(allocation_count() == before)
    }
}
