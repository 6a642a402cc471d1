// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What a caller's deadline does.
@Suite struct BudgetTests {
    private let gateway: RunningGateway

    init() throws {
        gateway = try RunningGateway.shared.get()
    }

    @Test(arguments: [
        "x-request-budget-ms: 0", "x-request-budget-ms: 1", "grpc-timeout: 1u", "grpc-timeout: 1m",
        "x-envoy-expected-rq-timeout-ms: 1",
    ])
    func noTimeStillGetsABasePrice(header: String) throws {
        let reply = try gateway.price([("TEA-4", 2)], headers: header + "\r\n")
        #expect(reply.status == 200)
        let json = try reply.json()
        #expect(
            ["base_price", "last_known_good"].contains(json["rung"] as? String),
            "\(reply.text)"
        )
        #expect(json["reason"] as? String == "deadline")
        #expect(reply["Sluice-Reason"] == "deadline")
        #expect(json["served_version"] is NSNull)
        #expect(try reply.lines().first?["line_price"] as? String == "6.20")
    }

    @Test func noTimeAndNothingRememberedIsTheBasePrice() throws {
        let reply = try gateway.price([("TRAY-7", 777)], headers: "x-request-budget-ms: 0\r\n")
        #expect(reply["Sluice-Rung"] == "base_price")
        #expect(try reply.lines().first?["unit_price"] as? String == "31.50")
    }

    @Test(arguments: ["abc", "-1", "1.5", "1 2", "99999999999999999999999"])
    func malformedBudgetIsRefused(value: String) throws {
        let reply = try gateway.price(
            [("TEA-4", 1)],
            headers: "x-request-budget-ms: \(value)\r\n"
        )
        #expect(reply.status == 400, "\(reply.text)")
        #expect(reply["Content-Type"] == "application/problem+json")
    }

    @Test(arguments: ["grpc-timeout: 9H", "grpc-timeout: 10S", "x-request-budget-ms: 60000"])
    func enoughTimeChangesNothing(header: String) throws {
        let reply = try gateway.price([("TEA-4", 1)], headers: header + "\r\n")
        #expect(reply["Sluice-Rung"] == "assigned")
    }
}
