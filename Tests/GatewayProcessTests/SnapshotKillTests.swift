// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `snapshot build --publish` ended by SIGKILL at random moments.
@Suite struct SnapshotKillTests {
    private static let kills = 60

    @Test func theOldSnapshotServesAndTheNextBuildWorks() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(state: seed)
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let duration = try wholeDuration(store)
        var published: Set<String> = []
        for round in 0..<Self.kills {
            // Past the end too, so that the last steps and the time after them are met.
            try killBuild(
                store,
                round,
                after: duration * Double.random(in: 0...1.2, using: &random)
            )
            let output = try SluiceProcess.run(["snapshot", "verify", store.directory])
            #expect(output.status == 0, "round \(round), seed \(seed): \(output.standardError)")
            published.insert(output.standardOutput)
            let reply = try gateway.price([("TEA-4", 1)])
            #expect(reply.status == 200, "round \(round), seed \(seed)")
            #expect(reply["Sluice-Rung"] == "assigned")
        }
        let last = try store.build(history: FixtureStore.history(mugPrice: "9.99"))
        #expect(try Waiting.until { try gateway.snapshotID() == last })
        #expect(!gateway.logText.contains("snapshot refused"), "seed \(seed)")
        let names = try FileManager.default.contentsOfDirectory(atPath: store.directory)
        #expect(names.filter { $0.contains("tmp") } == [], "seed \(seed)")
        print("\(published.count) of \(Self.kills) builds came far enough to publish, seed \(seed)")
    }

    private func wholeDuration(_ store: FixtureStore) throws -> Double {
        let start = Date()
        try store.build(history: FixtureStore.history(mugPrice: "9.98"))
        return -start.timeIntervalSinceNow
    }

    private func killBuild(_ store: FixtureStore, _ round: Int, after seconds: Double) throws {
        let history = FixtureStore.history(mugPrice: "10.\(10 + round)")
        let source = try store.writeSource(history: history)
        let process = Process()
        process.executableURL = Products.sluice
        process.arguments = [
            "snapshot", "build", "--source", source, "--out", store.directory, "--publish",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.start()
        Thread.sleep(forTimeInterval: seconds)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
