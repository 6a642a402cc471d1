// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Bodies and heads that are whole HTTP requests, but not ones the gateway can answer.
@Suite struct RefusedBodyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var body: String
        var status: Int
        var pointer: String?
        var testDescription: String { String(body.prefix(60)) }
    }

    private static func line(_ members: String) -> String {
        #"{"shop":"fr","lines":[{\#(members)}]}"#
    }

    static let cases: [Case] = [
        Case(body: "", status: 400),
        Case(body: "{", status: 400),
        Case(body: #"{"shop":"fr","lines":[{"variant_id":"TEA-4","quan"#, status: 400),
        Case(body: "\u{FEFF}{}", status: 400),
        Case(body: "null", status: 422, pointer: ""),
        Case(body: "[]", status: 422, pointer: ""),
        Case(body: "{}", status: 422, pointer: "/shop"),
        Case(body: #"{"shop":"fr"}"#, status: 422, pointer: "/lines"),
        Case(body: #"{"shop":"fr","lines":[]}"#, status: 422, pointer: "/lines"),
        Case(body: #"{"shop":"fr","lines":{}}"#, status: 422, pointer: "/lines"),
        Case(body: #"{"shop":"fr","lines":[7]}"#, status: 422, pointer: "/lines/0"),
        Case(body: #"{"shop":1.5,"lines":[]}"#, status: 422, pointer: "/shop"),
        Case(body: #"{"shop":"fr","shop":"de"}"#, status: 422, pointer: "/shop"),
        Case(
            body: line(#""variant_id":"A","quantity":1,"quantity":2"#),
            status: 422,
            pointer: "/lines/0/quantity"
        ),
        Case(body: line(#""variant_id":"A""#), status: 422, pointer: "/lines/0"),
        Case(body: line(#""quantity":1"#), status: 422, pointer: "/lines/0"),
        Case(
            body: line(#""variant_id":"A","quantity":"1""#),
            status: 422,
            pointer: "/lines/0/quantity"
        ),
        Case(
            body: line(#""variant_id":"A","quantity":1.0"#),
            status: 422,
            pointer: "/lines/0/quantity"
        ),
        Case(
            body: line(#""variant_id":"A","quantity":0"#),
            status: 422,
            pointer: "/lines/0/quantity"
        ),
        Case(
            body: line(#""variant_id":"A","quantity":99999999999999999999"#),
            status: 422,
            pointer: "/lines/0/quantity"
        ),
        Case(body: line(#""variant_id":"A","quantity":NaN"#), status: 400),
        Case(body: #"{"x":01}"#, status: 400),
        Case(
            body: line(#""variant_id":null,"quantity":1"#),
            status: 422,
            pointer: "/lines/0/variant_id"
        ),
        Case(body: #"{"shop":"\ud800"}"#, status: 400),
        Case(body: "{\"shop\":\"a\u{1}\"}", status: 400),
        Case(body: #"{"shop":"fr"} x"#, status: 400),
        Case(body: "{'shop':1}", status: 400),
        Case(body: #"{"x":"# + String(repeating: "[", count: 5_000), status: 422),
    ]

    @Test(arguments: cases)
    func badBodyIsNamed(_ bad: Case) throws {
        let gateway = try RunningGateway.shared.get()
        let connection = try RawConnection(port: gateway.dataPort)
        try connection.send(RunningGateway.postBytes("/v1/prices", bad.body))
        let reply = try connection.readReply()
        #expect(reply.status == bad.status, "\(reply.text)")
        try expectProblem(reply)
        if let pointer = bad.pointer { #expect(try reply.pointer() == pointer, "\(reply.text)") }
        // The request's end is known, so the connection goes on.
        try connection.send(
            RunningGateway.postBytes("/v1/prices", RunningGateway.cart([("TEA-4", 1)]))
        )
        #expect(try connection.readReply().status == 200)
    }

    @Test func invalidUTF8IsRefused() throws {
        let gateway = try RunningGateway.shared.get()
        let connection = try RawConnection(port: gateway.dataPort)
        let head =
            "POST /v1/prices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 12\r\n\r\n"
        try connection.send(Array((head + #"{"shop":""#).utf8) + [0xFF] + Array(#""}"#.utf8))
        #expect(try connection.readReply().status == 400)
    }

    struct HeadCase: CustomTestStringConvertible, Sendable {
        var request: String
        var status: Int
        var allow: String?
        var testDescription: String { String(request.prefix { $0 != "\r\n" }) + " \(status)" }
    }

    private static let cart = RunningGateway.cart([("TEA-4", 1)])

    private static func post(_ target: String, _ fields: String) -> String {
        "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(cart.utf8.count)\r\n\(fields)\r\n"
            + cart
    }

    static let heads: [HeadCase] = [
        HeadCase(request: post("/v1/prices", "Content-Type: text/plain\r\n"), status: 415),
        HeadCase(request: post("/v1/prices", "Content-Type: application/xml\r\n"), status: 415),
        HeadCase(request: post("/v1/prices", "Content-Encoding: gzip\r\n"), status: 415),
        HeadCase(request: post("/v1/prices", "Accept: text/html\r\n"), status: 406),
        HeadCase(request: post("/v1/prices", "Accept: application/json;q=0\r\n"), status: 406),
        HeadCase(request: post("/v1/price", ""), status: 404),
        HeadCase(request: post("/v2/health/live", ""), status: 405, allow: "GET"),
        HeadCase(
            request: "GET /v1/prices HTTP/1.1\r\nHost: a\r\n\r\n",
            status: 405,
            allow: "POST"
        ),
        HeadCase(
            request: "PUT /v1/recommendations HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            status: 405,
            allow: "GET"
        ),
        HeadCase(
            request:
                "POST /v1/prices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n",
            status: 411
        ),
        HeadCase(request: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", status: 404),
        HeadCase(request: post("/v2/models/pricing/infer", ""), status: 501),
    ]

    @Test(arguments: heads)
    func badHeadIsNamed(_ bad: HeadCase) throws {
        let gateway = try RunningGateway.shared.get()
        let connection = try RawConnection(port: gateway.dataPort)
        try connection.send(bad.request)
        let reply = try connection.readReply()
        #expect(reply.status == bad.status, "\(reply.text)")
        if let allow = bad.allow { #expect(reply["Allow"]?.contains(allow) == true) }
        if bad.request.contains(" /v1/") { try expectProblem(reply) }
    }
}

/// A problem document that agrees with the status line.
func expectProblem(_ reply: RawReply) throws {
    #expect(reply["Content-Type"] == "application/problem+json")
    let json = try reply.json()
    #expect(json["status"] as? Int == reply.status)
    #expect(json["type"] as? String == "about:blank")
    #expect((json["title"] as? String)?.isEmpty == false)
    #expect((json["detail"] as? String)?.isEmpty == false)
}
