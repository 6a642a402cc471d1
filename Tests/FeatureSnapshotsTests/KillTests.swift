// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct KillTests {
    /// Builds, publications, rollbacks and collections are cut off at 60 random moments.
    @Test func theStoreIsWholeWheneverTheBuilderIsKilled() throws {
        let temporary = TemporaryStore()
        var random = SeededGenerator(seed: UInt64(getpid()))
        var published: Set<SnapshotID> = []
        for round in 0..<60 {
            try runAndKill(
                store: temporary.directory,
                after: .random(in: 0...0.1, using: &random)
            )
            guard let current = try temporary.store.current() else { continue }
            #expect(try temporary.store.openCurrent().id == current.text, "round \(round)")
            published.insert(current)
        }
        #expect(published.count > 5)
        for id in try temporary.store.ids() { _ = try temporary.store.open(id) }
        let next = try temporary.build().id
        try temporary.store.publish(next)
        #expect(try temporary.store.openCurrent().id == next.text)
        let names = try FileManager.default.contentsOfDirectory(atPath: temporary.directory)
        #expect(!names.contains { $0.hasPrefix(".tmp-") })
    }

    /// Kills the builder a while after it said that it is about to begin.
    private func runAndKill(store: String, after seconds: Double) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Killee.path)
        process.arguments = [store]
        let started = Pipe()
        process.standardOutput = started
        try process.run()
        _ = started.fileHandleForReading.availableData
        Thread.sleep(forTimeInterval: seconds)
        let hadEnded = !process.isRunning
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(!hadEnded && process.terminationReason == .uncaughtSignal)
    }
}
