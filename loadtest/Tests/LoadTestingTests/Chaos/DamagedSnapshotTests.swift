// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import GatewayFixtures
import LoadTesting
import Testing

/// A damaged snapshot in a real store: readers refuse it for its data alone, and nothing is left of it.
struct DamagedSnapshotTests {
    @Test func aDamagedCopyIsPublishedAndTakenAway() throws {
        let fixture = StoreFixture()
        let sound = try fixture.build().manifest.id
        try fixture.store.publish(sound)
        let fault = ChaosFault(
            name: "damage",
            atSeconds: 0,
            action: .damagedSnapshot(store: fixture.store.directory)
        )
        var injector = ChaosInjector([fault])
        try injector.check()
        #expect(try injector.begin(0).contains("damaged"))
        let damaged = try #require(try fixture.store.current())
        #expect(damaged > sound)
        let error = #expect(throws: SnapshotError.self) { try fixture.store.openCurrent() }
        #expect(error.map { "\($0)".contains("data.mdb") } == true, "\(String(describing: error))")
        #expect(try injector.end(0)?.contains("published \(sound) again") == true)
        #expect(try fixture.store.current() == sound)
        #expect(try fixture.store.ids() == [sound])
        _ = try fixture.store.openCurrent()
    }

    @Test func aStoreWithoutASnapshotIsTold() {
        let fault = ChaosFault(
            name: "damage",
            atSeconds: 0,
            action: .damagedSnapshot(store: StoreFixture().store.directory)
        )
        #expect(throws: ChaosError.self) { try ChaosInjector([fault]).check() }
    }
}
