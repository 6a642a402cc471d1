// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The history that comes with the demo: real products, real dirt.
@Suite struct RealStoreTests {
    private static let shared = Result { try RunningGateway(store: built()) }

    private static let wholesalers = [
        14911, 14646, 13694, 17511, 16029, 15311, 14156, 18102, 12415, 17450, 16684, 14096,
    ]

    private let gateway: RunningGateway

    init() throws {
        gateway = try Self.shared.get()
    }

    private static func built() throws -> FixtureStore {
        let store = try FixtureStore()
        let demo = Products.root.appending(path: "config/demo")
        let text = try String(contentsOf: demo.appending(path: "source.yaml"), encoding: .utf8)
        // The shipped months alone: the whole year may lie beside the project and takes longer.
        let lines = text.components(separatedBy: "\n").filter { !$0.contains("shared/data") }
        let source = try store.folder.write(
            "demo.yaml",
            lines.joined(separator: "\n").replacingOccurrences(
                of: "online_retail_subset.csv.gz",
                with: demo.appending(path: "online_retail_subset.csv.gz").path
            )
        )
        let output = try SluiceProcess.run(
            ["snapshot", "build", "--source", source, "--out", store.directory, "--publish"])
        guard output.status == 0 else { throw ProcessFailure(output.standardError) }
        return store
    }

    @Test func wholesalersGetQuantityBreaks() throws {
        var units: [String: Set<String>] = [:]
        for customer in Self.wholesalers {
            let reply = try gateway.post(
                "/v1/prices",
                #"{"shop":"uk","customer_id":"\#(customer)","lines":["#
                    + #"{"variant_id":"85123a","quantity":100}]}"#
            )
            let line = try #require(try reply.lines().first)
            #expect(reply["Sluice-Rung"] == "assigned")
            units[reply["Sluice-Version"] ?? "", default: []]
                .insert(line["unit_price"] as? String ?? "")
        }
        #expect(units == ["1": ["2.95"], "2": ["2.55"]])
    }

    @Test func realProductsAreRecommended() throws {
        for shopper in 0..<30 {
            let reply = try gateway.get(
                "/v1/recommendations?shop=uk&session_id=shopper-\(shopper)&product_id=85123A"
                    + "&session_items=22423,47566&limit=10"
            )
            let items = try #require(try reply.json()["items"] as? [[String: Any]])
            #expect(items.count == 10)
            #expect(items.allSatisfy { ($0["title"] as? String)?.isEmpty == false })
            #expect(Set(try reply.items()).isDisjoint(with: ["85123A", "22423", "47566"]))
            #expect(reply["Sluice-Rung"] == "assigned")
        }
    }

    @Test func whatIsNoProductHasNoPrice() throws {
        let lines = try gateway.price([("POST", 1), ("DOT", 1), ("BANK CHARGES", 1)]).lines()
        #expect(lines.allSatisfy { $0["error"] != nil && $0["unit_price"] == nil })
    }
}
