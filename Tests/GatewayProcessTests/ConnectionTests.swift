// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What HTTP lets a client do on one connection.
@Suite struct ConnectionTests {
    private let gateway: RunningGateway
    private let connection: RawConnection

    init() throws {
        gateway = try RunningGateway.shared.get()
        connection = try RawConnection(port: gateway.dataPort)
    }

    @Test func keepsAlive() throws {
        for quantity in 1...5 {
            let cart = RunningGateway.cart([("TEA-4", quantity)])
            try connection.send(RunningGateway.postBytes("/v1/prices", cart))
            #expect(try connection.readReply().lines().first?["quantity"] as? Int == quantity)
        }
    }

    @Test func closesWhenAsked() throws {
        let cart = RunningGateway.cart([("TEA-4", 1)])
        try connection.send(
            RunningGateway.postBytes("/v1/prices", cart, headers: "Connection: close\r\n")
        )
        let reply = try connection.readReply()
        #expect(reply.status == 200)
        #expect(reply["Connection"] == "close")
        #expect(connection.isClosed())
    }

    @Test func answersFiftyPipelinedRequestsInOrder() throws {
        let requests = (1...50).map {
            RunningGateway.postBytes("/v1/prices", RunningGateway.cart([("SPOON-3", $0)]))
        }
        try connection.send(requests.joined())
        for quantity in 1...50 {
            #expect(try connection.readReply().lines().first?["quantity"] as? Int == quantity)
        }
    }

    /// Larger than what a channel takes before it says that it is full.
    @Test func sendsLargeRepliesOnceAndInOrder() throws {
        for quantity in 1...6 {
            let lines = Array(repeating: ("TEA-4", quantity), count: 500)
            try connection.send(
                RunningGateway.postBytes("/v1/prices", RunningGateway.cart(lines))
            )
        }
        try connection.send(
            RunningGateway.postBytes(
                "/v1/prices",
                RunningGateway.cart([("TEA-4", 7)]),
                headers: "Connection: close\r\n"
            )
        )
        for quantity in 1...7 {
            let lines = try connection.readReply().lines()
            #expect(lines.count == (quantity < 7 ? 500 : 1))
            #expect(lines.last?["quantity"] as? Int == quantity)
        }
        #expect(connection.isClosed())
    }

    @Test func oldClientsAreToldThatTheConnectionStays() throws {
        for _ in 1...2 {
            try connection.send("GET /v2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try connection.readReply()["Connection"] == "keep-alive")
        }
        try connection.send("GET /v2 HTTP/1.0\r\n\r\n")
        #expect(try connection.readReply()["Connection"] == "close")
        #expect(connection.isClosed())
    }

    @Test func takesChunksOfAnySize() throws {
        let cart = RunningGateway.cart([("TEA-4", 3)])
        try connection.send(
            "POST /v1/prices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
        )
        for byte in cart.utf8 { try connection.send("1\r\n\(UnicodeScalar(byte))\r\n") }
        try connection.send("0\r\n\r\n")
        #expect(try connection.readReply().lines().first?["line_price"] as? String == "9.30")
    }

    @Test func takesARequestByteByByte() throws {
        let cart = RunningGateway.cart([("TEA-4", 3)])
        for byte in RunningGateway.postBytes("/v1/prices", cart).utf8 {
            try connection.send([byte])
        }
        #expect(try connection.readReply().status == 200)
    }

    @Test func asksForTheBodyItExpects() throws {
        let cart = RunningGateway.cart([("TEA-4", 1)])
        try connection.send(
            "POST /v1/prices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(cart.utf8.count)\r\nExpect: 100-continue\r\n\r\n"
        )
        #expect(try connection.readReply().status == 100)
        try connection.send(cart)
        #expect(try connection.readReply().status == 200)
    }

    @Test func headIsGetWithoutTheBody() throws {
        for target in ["/v2/health/live", "/v1/recommendations?shop=fr&session_id=s"] {
            try connection.send("HEAD \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try connection.readReply(head: true)
            try connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            let get = try connection.readReply()
            #expect(head.status == 200)
            #expect(head["Content-Length"] == "\(get.body.count)")
        }
    }

    @Test func optionsNamesTheMethods() throws {
        try connection.send("OPTIONS /v1/prices HTTP/1.1\r\nHost: a\r\n\r\n")
        let reply = try connection.readReply()
        #expect(reply.status == 204)
        #expect(reply["Allow"]?.contains("POST") == true)
    }

    @Test func preflightIsAnsweredBeforeAnythingElse() throws {
        try connection.send(
            "OPTIONS /v1/prices HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\n"
                + "Access-Control-Request-Method: POST\r\n"
                + "Access-Control-Request-Headers: content-type\r\n\r\n"
        )
        let reply = try connection.readReply()
        #expect(reply.status == 204)
        #expect(reply["Access-Control-Allow-Origin"] == "*")
        #expect(reply["Access-Control-Allow-Methods"]?.contains("POST") == true)
        #expect(
            reply["Access-Control-Allow-Headers"]?.lowercased().contains("content-type") == true
        )
        #expect(reply["Access-Control-Max-Age"] == "7200")
    }

    @Test func repliesToOtherOriginsAreReadable() throws {
        let reply = try gateway.price(
            [("TEA-4", 1)],
            headers: "Origin: https://shop.example\r\n"
        )
        #expect(reply["Access-Control-Allow-Origin"] == "*")
        #expect(
            try gateway.post("/v1/prices", "{", headers: "Origin: https://a\r\n")[
                "Access-Control-Allow-Origin"
            ] == "*"
        )
    }
}
