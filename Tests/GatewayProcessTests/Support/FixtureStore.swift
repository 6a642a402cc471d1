// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The hand-made store, built into snapshots by the real command.
struct FixtureStore {
    let folder: TemporaryFolder

    /// Where snapshots are built and published.
    var directory: String { folder.path + "/snapshots" }

    /// The history as it is in Fixtures.
    static let history: String = {
        let path = Products.tests.appending(path: "Fixtures/store.csv").path
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }()

    static let sourceText: String = {
        let path = Products.tests.appending(path: "Fixtures/source.yaml").path
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A store with the history published.
    static func published() throws -> FixtureStore {
        let store = try FixtureStore()
        try store.build()
        return store
    }

    /// The history with another price for the mug, so that its snapshots can be told apart.
    static func history(mugPrice: String) -> String {
        history.replacingOccurrences(of: ",10.00,", with: ",\(mugPrice),")
    }

    /// Writes a source file and its history; returns the source's path.
    func writeSource(history: String = FixtureStore.history) throws -> String {
        try folder.write("store.csv", history)
        return try folder.write("source.yaml", Self.sourceText)
    }

    /// Builds a snapshot and publishes it; returns its id.
    @discardableResult
    func build(history: String = FixtureStore.history, publish: Bool = true) throws -> String {
        let output = try SluiceProcess.run(
            [
                "snapshot", "build", "--source", try writeSource(history: history), "--out",
                directory,
            ]
                + ["--json"] + (publish ? ["--publish"] : [])
        )
        guard output.status == 0 else { throw ProcessFailure(output.standardError) }
        return try output.json()["snapshot"] as? String ?? ""
    }
}
