// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// No request to read the config again is lost.
@Suite(.serialized) struct ReloadTests {
    /// Some other publication takes its time, and meanwhile the store is looked at many times over.
    @Test func aReloadWaitsForItsTurnHoweverLongThatTakes() throws {
        let store = try FixtureStore.published()
        let plugin = try CPlugin.hangingInItsSecondBind(in: store.folder)
        let gateway = try RunningGateway(store: store) {
            $0.publishing = "{bind_timeout: 4s}"
            $0.plugins.append(plugin)
            $0.prices.append(
                .init(name: "3", text: "{plugin: minimal-c, handler: minimal-c}", weight: 0)
            )
        }
        try store.build(history: FixtureStore.history(mugPrice: "11.01"))
        #expect(try Waiting.until { try gateway.currentStep() == "bind" })
        // A hundred looks at the store. If the machine is busy, fewer wait when the signal comes.
        Thread.sleep(forTimeInterval: 2)
        let text = try String(contentsOfFile: gateway.configPath, encoding: .utf8)
        try gateway.reload(text.replacingOccurrences(of: "budget: 2s", with: "budget: 3s"))
        try gateway.waitForLog("config reloaded")
    }

    /// Signals of one kind that nobody has taken yet are one signal: the last config is in force in the
    /// end, however many came before it.
    @Test func theLastOfManyConfigsIsInForce() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        var config = TestConfig(snapshots: store.directory)
        for weight in 1...20 {
            config.prices[0].weight = weight * 200
            config.prices[1].weight = 10_000 - weight * 200
            try gateway.reload(config.text)
            usleep(UInt32(weight % 7) * 1_000)
        }
        let line = #"sluice_traffic_weight{model="pricing",version="1"} 0.4"# + "\n"
        #expect(try Waiting.until { try gateway.metrics().contains(line) }, "\(gateway.logText)")
    }
}

extension RunningGateway {
    /// What the publication that is under way does right now.
    fileprivate func currentStep() throws -> String? {
        let publishing = try status()["publishing"] as? [String: Any]
        return (publishing?["current"] as? [String: Any])?["step"] as? String
    }
}
