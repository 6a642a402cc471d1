// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The gateway asked for several times what it can answer, through real sockets.
@Suite(.serialized) struct OverloadTests {
    /// Two threads and 50 ms for each call: 40 calls a second, fewer than the slowest machine asks for.
    private static let slowPool =
        "{plugin: erratic, handler: erratic-price, pool: {threads: 2, queue: 64},"
        + " settings: {mode: delay, delay_milliseconds: 50}}"

    @Test func anOverloadedPoolKeepsAnsweringAndItsBreakerStaysClosed() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.overload = "{shed_checkouts: false}"
            $0.prices = [.listPrice, .init(name: "2", text: Self.slowPool, weight: 10_000)]
            $0.prices[0].weight = 0
        }
        let crowd = Crowd(gateway, clients: 32, seconds: 3) { client, number in
            RunningGateway.postBytes(
                "/v1/prices",
                RunningGateway.cart([("MUG-1a", 1)], session: "\(client)-\(number)")
            )
        }
        let replies = crowd.run {
            #expect(
                (try? Waiting.until { try gateway.pool()?["overloaded"] as? Bool == true }) == true
            )
            return nil
        }
        #expect(replies.failures == [])
        #expect(try gateway.pool()?["threads"] as? Int == 2)
        #expect(try gateway.pool()?["stuck"] as? Bool == false)
        #expect(replies.statuses.keys.sorted() == [200])
        #expect(replies.rungs["assigned", default: 0] > 0)
        #expect(replies.rungs["stable", default: 0] > 0)
        #expect(replies.reasons.keys.allSatisfy { ["overloaded", "deadline"].contains($0) })
        #expect(replies.reasons["overloaded", default: 0] > replies.reasons["deadline", default: 0])
        #expect(try gateway.breakerState("pricing", "2") == "closed")
        #expect(try gateway.shedCount("checkout") > 0)
    }

    @Test func anOverloadedLoopShedsWidgetsFirst() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.eventLoops = 1
            $0.overload = "{}"
        }
        let crowd = Crowd(gateway, clients: 128, seconds: 4, request: Self.checkoutOrWidget)
        let replies = crowd.run {
            Self.expectATurnedAwayBody(at: gateway)
            return try? gateway.get("/v2/health/ready").status
        }
        #expect(replies.failures == [])
        #expect(replies.statuses[503, default: 0] > 0)
        #expect(replies.answeredCheckouts > replies.answeredWidgets)
        #expect(replies.probe == 200)
        #expect(replies.retryAfter.count > 1)
        #expect(replies.retryAfter.isSubset(of: ["1", "2", "3", "4", "5"]))
        #expect(try gateway.shedCount("recommendation") > 0)
        try gateway.waitForLog("overload began, requests are turned away")
        let loops = try gateway.status()["loops"] as? [[String: Any]]
        #expect(loops?.count == 1)
        #expect((loops?[0]["overloads"] as? Int ?? 0) > 0)
    }

    /// A client that waits for `100 Continue` gets its 503 instead, keeps the body, and is told that the
    /// connection closes: what it sends all the same is no request (RFC 9110 §10.1.1).
    private static func expectATurnedAwayBody(at gateway: RunningGateway) {
        let isShed = try? Waiting.until {
            let connection = try RawConnection(port: gateway.dataPort)
            try connection.send(
                "GET /v1/recommendations?shop=fr&session_id=w7&product_id=MUG-1a HTTP/1.1\r\n"
                    + "Host: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            let first = try connection.readReply()
            guard first.status == 503 else {
                #expect(first.status == 100)
                return false
            }
            #expect(first["Connection"] == "close")
            #expect(first["Retry-After"] != nil)
            try? connection.send("{}GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(connection.isClosed())
            return true
        }
        #expect(isShed == true)
    }

    /// Large carts are slow to answer, though their handler is fast. A widget's body must be read even
    /// if its request is shed, or the connection's next reply is that of another request.
    private static func checkoutOrWidget(client: Int, number: Int) -> String {
        switch client % 32 {
        case 0:
            let lines = Array(repeating: ("MUG-1a", 1), count: 20)
            let cart = RunningGateway.cart(lines, session: "c\(client)")
            return RunningGateway.postBytes("/v1/prices", cart)
        case 1:
            return RunningGateway.postBytes(
                "/v1/recommendations",
                #"{"shop":"fr","session_id":"w\#(client)","product_id":"MUG-1a"}"#
            )
        default:
            return "GET /v1/recommendations?shop=fr&session_id=w\(client)&product_id=MUG-1a"
                + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
        }
    }

    @Test func theQueueDelayAndTheShedsAreMetricsFromTheStart() throws {
        let gateway = try RunningGateway.shared.get()
        let metrics = try gateway.metrics()
        for name in [
            #"sluice_shed_total{class="checkout",stage="predicted"}"#,
            #"sluice_shed_total{class="recommendation",stage="queue"}"#,
            #"sluice_overloaded{loop="0"}"#,
            #"sluice_admitted_ratio{loop="1",class="recommendation"}"#,
            "sluice_queue_delay_seconds_count",
        ] {
            #expect(metrics.contains(name), "\(name)")
        }
    }
}

extension RunningGateway {
    /// The pool of the version under test.
    fileprivate func pool() throws -> [String: Any]? {
        try version("pricing", "2")?["pool"] as? [String: Any]
    }

    /// What of a class was turned away, at any stage.
    func shedCount(_ name: String) throws -> Double {
        try metrics().split(separator: "\n")
            .filter { $0.hasPrefix(#"sluice_shed_total{class="\#(name)""#) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            .reduce(0, +)
    }
}
