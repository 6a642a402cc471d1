// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Clients that take their time.
@Suite struct SlowClientTests {
    private static let head =
        "POST /v1/prices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"

    @Test(arguments: [
        ("header", "{header_timeout: 1s}", "GET /v2 HT", 408),
        ("body", "{body_timeout: 1s}", head + "{", 408),
        ("body rate", "{minimum_body_rate: 8KiB}", head + "{", 408),
    ])
    func areToldAndClosed(name: String, limits: String, bytes: String, status: Int) throws {
        let gateway = try RunningGateway(store: .published()) { $0.limits = limits }
        let connection = try RawConnection(port: gateway.dataPort)
        try connection.send(bytes)
        let reply = try connection.readReply()
        #expect(reply.status == status)
        try expectProblem(reply)
        #expect(connection.isClosed())
        #expect(try gateway.price([("TEA-4", 1)]).status == 200)
    }

    @Test func idleConnectionsCloseInSilence() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.limits = "{idle_timeout: 1s}"
        }
        let connection = try RawConnection(port: gateway.dataPort)
        #expect(connection.isClosed())
    }

    @Test func connectionsEndAfterTheirShareOfRequests() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.limits = "{requests_per_connection: 3}"
        }
        let connection = try RawConnection(port: gateway.dataPort)
        for number in 1...3 {
            try connection.send("GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try connection.readReply()["Connection"] == (number == 3 ? "close" : nil))
        }
        #expect(connection.isClosed())
    }

    /// Each byte comes in time; the whole does not.
    @Test func aDribbledHeadIsGivenUpAllTheSame() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.limits = "{header_timeout: 500ms}"
        }
        let connection = try RawConnection(port: gateway.dataPort)
        // The reply comes between two bytes; what is sent after it is dropped.
        for byte in Self.head.utf8 where (try? connection.send([byte])) != nil {
            Thread.sleep(forTimeInterval: 0.02)
        }
        #expect(try connection.readReply().status == 408)
    }

    /// Asks for much and reads nothing: closed by time, whatever it goes on to send.
    @Test func whoReadsNoRepliesIsClosed() throws {
        let gateway = try RunningGateway(store: .published())
        let connection = try RawConnection(port: gateway.dataPort, receiveBufferBytes: 4_096)
        let cart = RunningGateway.cart(Array(repeating: ("TEA-4", 1), count: 400))
        let request = RunningGateway.postBytes("/v1/prices", cart)
        connection.sendInBackground(String(repeating: request, count: 400))
        #expect(try Waiting.until { try gateway.openConnections() == 1 })
        #expect(try Waiting.until { try gateway.openConnections() == 0 })
    }
}

extension RunningGateway {
    fileprivate func openConnections() throws -> Int? {
        let text = try metrics()
        guard let range = text.range(of: "\nsluice_connections ") else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isNumber })
    }
}
