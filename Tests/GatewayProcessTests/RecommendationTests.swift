// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `/v1/recommendations` over a socket, asked with GET and with POST.
@Suite struct RecommendationTests {
    private let gateway: RunningGateway

    init() throws {
        gateway = try RunningGateway.shared.get()
    }

    @Test(arguments: ["GET", "POST"])
    func bothVersionsServeAndEachShopperKeepsHis(method: String) throws {
        var versions: Set<String> = []
        for shopper in 0..<40 {
            let first = try ask(method, ["product_id": "MUG-1a"], session: "shopper-\(shopper)")
            let second = try ask(method, ["product_id": "MUG-1a"], session: "shopper-\(shopper)")
            #expect(first["Sluice-Version"] == second["Sluice-Version"])
            #expect(first["Sluice-Rung"] == "assigned")
            versions.insert(first["Sluice-Version"] ?? "")
        }
        #expect(versions == ["1", "2"])
    }

    @Test(arguments: ["GET", "POST"], ["cart", "session_items", "exclude", "product_id"])
    func whatTheShopperHasIsNotRecommended(method: String, field: String) throws {
        for shopper in 0..<12 {
            let reply = try ask(
                method,
                [field: "mug-1a", "limit": "12"],
                session: "shopper-\(shopper)"
            )
            let items = try reply.items()
            #expect(!items.isEmpty)
            #expect(!items.contains("MUG-1A"), "\(reply.text)")
            #expect(Set(items).count == items.count)
        }
    }

    @Test(arguments: ["GET", "POST"], [1, 3, 11])
    func limitHolds(method: String, limit: Int) throws {
        for shopper in 0..<8 {
            let reply = try ask(
                method,
                ["product_id": "PLATE-2", "limit": "\(limit)"],
                session: "s\(shopper)"
            )
            #expect(try reply.items().count == limit)
        }
    }

    @Test(arguments: ["GET", "POST"])
    func unknownProductsArePassedOver(method: String) throws {
        let reply = try ask(method, ["product_id": "NO-SUCH", "cart": "NOR-THIS"], session: "s")
        #expect(reply.status == 200)
        #expect(try !reply.items().isEmpty)
    }

    @Test(arguments: ["GET", "POST"], ["related", "complementary"])
    func intentIsEchoed(method: String, intent: String) throws {
        let reply = try ask(method, ["intent": intent, "product_id": "POT-9"], session: "s")
        #expect(try reply.json()["intent"] as? String == intent)
    }

    @Test func neighboursAreBoughtTogether() throws {
        for shopper in 0..<40 {
            let reply = try ask(
                "GET",
                ["product_id": "POT-9", "limit": "1"],
                session: "shopper-\(shopper)"
            )
            guard reply["Sluice-Version"] == "2" else { continue }
            let item = try #require((try reply.json()["items"] as? [[String: Any]])?.first)
            #expect(item["product_id"] as? String == "TEA-4")
            #expect(item["title"] as? String == "Assam tea")
            #expect(item["price"] as? String == "3.10")
            #expect(item["reason"] as? String == "bought_together")
            return
        }
        Issue.record("no shopper had version 2")
    }

    @Test(arguments: [
        ("limit=0", "/limit"), ("limit=101", "/limit"), ("limit=x", "/limit"),
        ("intent=other", "/intent"), ("cart=a&cart=b", "/cart"),
    ])
    func wrongParametersAreNamed(query: String, pointer: String) throws {
        let reply = try gateway.get("/v1/recommendations?shop=fr&session_id=s&\(query)")
        #expect(reply.status == 422)
        #expect(try reply.pointer() == pointer)
    }

    private func ask(
        _ method: String,
        _ fields: [String: String],
        session: String
    ) throws -> RawReply {
        var fields = fields
        fields["shop"] = "fr"
        fields["session_id"] = session
        if method == "GET" {
            let query = fields.map { "\($0)=\($1)" }.joined(separator: "&")
            return try gateway.get("/v1/recommendations?\(query)")
        }
        let members = fields.map { name, value in
            switch name {
            case "cart", "session_items", "exclude": #""\#(name)":["\#(value)"]"#
            case "limit": #""limit":\#(value)"#
            default: #""\#(name)":"\#(value)""#
            }
        }
        return try gateway.post("/v1/recommendations", "{\(members.joined(separator: ","))}")
    }
}

extension RawReply {
    /// The products of a recommendation reply.
    func items() throws -> [String] {
        (try json()["items"] as? [[String: Any]] ?? []).compactMap { $0["product_id"] as? String }
    }
}
