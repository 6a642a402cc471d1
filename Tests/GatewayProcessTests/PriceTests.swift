// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `POST /v1/prices` over a socket.
@Suite struct PriceTests {
    private let gateway: RunningGateway

    init() throws {
        gateway = try RunningGateway.shared.get()
    }

    @Test func bothVersionsServeAndEachShopperKeepsHis() throws {
        var versions: [String: String] = [:]
        for round in 0..<2 {
            for shopper in 0..<40 {
                let reply = try gateway.price([("PLATE-2", 1)], session: "shopper-\(shopper)")
                let version = try #require(reply.json()["served_version"] as? String)
                #expect(reply["Sluice-Version"] == version)
                #expect(reply["Sluice-Rung"] == "assigned")
                #expect(versions["shopper-\(shopper)"] ?? version == version, "round \(round)")
                versions["shopper-\(shopper)"] = version
            }
        }
        #expect(Set(versions.values) == ["1", "2"])
    }

    @Test func quantityBreakAndListPriceDiffer() throws {
        var units: [String: String] = [:]
        for shopper in 0..<40 where units.count < 2 {
            let reply = try gateway.price([("MUG-1a", 12)], session: "shopper-\(shopper)")
            let line = try #require(try reply.lines().first)
            units[try reply.json()["served_version"] as? String ?? ""] =
                line["unit_price"] as? String
        }
        #expect(units == ["1": "10.00", "2": "8.50"])
    }

    @Test(arguments: [
        ("MUG-1a", 3, "10.00", "30.00"), ("SPOON-3", 7, "0.99", "6.93"),
        ("RUG-11", 1_000_000, "129.99", "129990000.00"), ("9007199254740993", 1, "7.77", "7.77"),
    ])
    func moneyIsExact(product: String, quantity: Int, unit: String, total: String) throws {
        let line = try #require(try gateway.price([(product, quantity)]).lines().first)
        #expect(line["unit_price"] as? String == unit)
        #expect(line["list_price"] as? String == unit)
        #expect(line["line_price"] as? String == total)
    }

    @Test func unknownProductGetsAnErrorOfItsOwn() throws {
        let reply = try gateway.price([("PLATE-2", 2), ("NO-SUCH", 1), ("TEA-4", 1)])
        #expect(reply.status == 200)
        let lines = try reply.lines()
        #expect(lines.map { $0["unit_price"] as? String } == ["5.25", nil, "3.10"])
        let error = lines[1]["error"] as? [String: Any]
        #expect(error?["code"] as? String == "unknown_product")
    }

    @Test(arguments: [
        (#""mug-1A""#, #""mug-1A""#), (#""MUG-1a""#, #""MUG-1a""#),
        ("9007199254740993", #""9007199254740993""#),
        (#""9007199254740993""#, #""9007199254740993""#),
    ])
    func variantsAreFoundInAnyCaseAndAsIntegers(sent: String, echoed: String) throws {
        let body =
            #"{"shop":"fr","lines":[{"id":18446744073709551615,"variant_id":\#(sent),"quantity":1}]}"#
        let reply = try gateway.post("/v1/prices", body)
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply.text.contains(#""variant_id":\#(echoed)"#), "\(reply.text)")
        #expect(reply.text.contains(#""id":"18446744073709551615""#), "\(reply.text)")
        #expect(!reply.text.contains("error"))
    }

    @Test func fiveHundredLinesAndNotOneMore() throws {
        let line = ("SPOON-3", 1)
        let whole = try gateway.price(Array(repeating: line, count: 500))
        #expect(try whole.lines().count == 500)
        let more = try gateway.price(Array(repeating: line, count: 501))
        #expect(more.status == 422)
        #expect(try more.pointer() == "/lines/500")
    }

    @Test func replyNamesWhatDecidedIt() throws {
        let reply = try gateway.price([("TEA-4", 1)])
        let json = try reply.json()
        #expect(json["currency"] as? String == "EUR")
        #expect(json["model"] as? String == "pricing")
        #expect(json["snapshot"] as? String == (try gateway.snapshotID()))
        #expect(json["expires_in_s"] as? Int == 300)
        #expect(json["decision_id"] as? String == reply["Sluice-Decision"])
        #expect(reply["Content-Type"] == "application/json")
        let timing = try #require(reply["Server-Timing"])
        for stage in ["queue", "features", "model", "total"] { #expect(timing.contains(stage)) }
    }
}

extension RawReply {
    /// The lines of a price reply.
    func lines() throws -> [[String: Any]] {
        try json()["lines"] as? [[String: Any]] ?? []
    }

    /// The field a problem document names.
    func pointer() throws -> String? {
        (try json()["errors"] as? [[String: Any]])?.first?["pointer"] as? String
    }
}

extension RunningGateway {
    func snapshotID() throws -> String? {
        (try status()["snapshot"] as? [String: Any])?["id"] as? String
    }
}
