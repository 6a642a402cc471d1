// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import TestSupport
import Testing
import YAMLDecoding

/// The scenarios that come with the load tester.
struct ScenarioFilesTests {
    static let names = [
        "bad-day", "flash-sale", "mixed-store", "overload", "slow-plugin", "smoke", "snapshot-swap",
        "steady",
    ]

    @Test(arguments: names)
    func loads(_ name: String) throws {
        let path = Repository.root + "/loadtest/scenarios/\(name).yaml"
        let scenario = try Scenario.load(path: path, environment: [:])
        #expect(scenario.target?.isLoopback == true)
        #expect(!scenario.load.rate.scored.phases.isEmpty)
        // Its requests can be written, of any store.
        let keys = (0..<600).map { "P\($0)" }
        let table = try RequestTable(
            scenario,
            target: try #require(scenario.target),
            catalog: Catalog(products: keys),
            seed: 1,
            variety: 200
        )
        #expect(Set(table.requests.map(\.route)) == Set(scenario.requests.indices))
    }

    @Test func noneIsForgotten() {
        let files = Repository.files(in: "loadtest/scenarios", extensions: "yaml")
        #expect(files.count == Self.names.count)
    }

    @Test func cartsOfTheHistoryAreRealInvoices() throws {
        var store = StoreProfile(products: .list([]))
        store.history = Repository.root + "/Tests/GatewayProcessTests/Fixtures/source.yaml"
        let catalog = try Catalog(of: store)
        #expect((50...87).contains(catalog.carts.count))
        #expect(
            catalog.carts.allSatisfy { cart in
                (1...500).contains(cart.count) && cart.allSatisfy { $0.quantity > 0 }
                    && Set(cart.map(\.product)).count == cart.count
            }
        )
        store.products = .list(["MUG-1A", "PLATE-2"])
        let known = try Catalog(of: store)
        #expect(Set(known.carts.flatMap { $0.map(\.product) }) == [0, 1])
        store.products = .list(["NOPE"])
        #expect(throws: LoadTestError.self) { try Catalog(of: store) }
    }
}
