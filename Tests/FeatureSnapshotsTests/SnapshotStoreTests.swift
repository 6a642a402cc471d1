// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct SnapshotStoreTests {
    private let temporary = TemporaryStore()
    private var store: SnapshotStore { temporary.store }

    private func build(_ count: Int) throws -> [SnapshotID] {
        try (0..<count).map { index in
            let created = Date(timeIntervalSince1970: 1_795_000_000 + 60 * Double(index))
            return try temporary.build(seed: UInt64(index), rowCount: 5, created: created).id
        }
    }

    @Test func anEmptyStoreHasNothing() throws {
        #expect(try store.current() == nil)
        #expect(try store.list().isEmpty)
        #expect(store.currentToken() == nil)
        #expect(throws: SnapshotError.self) { try store.openCurrent() }
        #expect(throws: SnapshotError.self) { try store.rollback() }
    }

    @Test func buildingDoesNotPublish() throws {
        let id = try build(1)[0]
        #expect(try store.current() == nil)
        #expect(try store.list().map(\.id) == [id])
        #expect(id.text.hasPrefix("20261118T"))
    }

    @Test func publishingChangesCurrentAndItsToken() throws {
        let ids = try build(2)
        try store.publish(ids[0])
        let token = store.currentToken()
        #expect(try store.current() == ids[0])
        #expect(store.currentToken() == token)
        try store.publish(ids[1])
        #expect(try store.openCurrent().id == ids[1].text)
        #expect(store.currentToken() != token)
    }

    @Test func rollsBackThroughTheHistoryOfPublications() throws {
        let ids = try build(4)
        for id in [ids[0], ids[2], ids[1], ids[3]] { try store.publish(id) }
        #expect(try store.rollback() == ids[1])
        #expect(try store.rollback() == ids[2])
        #expect(try store.current() == ids[2])
        #expect(try store.rollback() == ids[0])
        #expect(throws: SnapshotError.self) { try store.rollback() }
        #expect(try store.current() == ids[0])
    }

    @Test func publishingTwiceIsOnePublication() throws {
        let ids = try build(2)
        for id in [ids[0], ids[1], ids[1]] { try store.publish(id) }
        #expect(try store.rollback() == ids[0])
    }

    @Test(arguments: [0, 10, 50, 51, 52, 70, 101])
    func rollsBackWithATruncatedHistory(size: Int) throws {
        let ids = try build(3)
        for id in ids { try store.publish(id) }
        let history = try Data(contentsOf: URL(fileURLWithPath: store.historyPath))
        try history.prefix(size).write(to: URL(fileURLWithPath: store.historyPath))
        #expect(try store.rollback() == ids[1])
        try store.publish(ids[2])
        #expect(try store.rollback() == ids[1])
    }

    @Test func keepsServingWhenThePublishedIsBroken() throws {
        let ids = try build(2)
        try store.publish(ids[0])
        try temporary.replace(ids[1], SnapshotFormat.dataFile, with: Data("junk".utf8))
        #expect(throws: SnapshotError.self) { try store.publish(ids[1]) }
        #expect(try store.openCurrent().id == ids[0].text)
    }

    @Test func refusesASnapshotUnderAnotherName() throws {
        let ids = try build(2)
        try FileManager.default.removeItem(atPath: store.path(of: ids[1]))
        try FileManager.default.moveItem(
            atPath: store.path(of: ids[0]),
            toPath: store.path(of: ids[1])
        )
        let error = #expect(throws: SnapshotError.self) { try store.publish(ids[1]) }
        #expect(try #require(error).subject.hasSuffix("manifest.json:id"))
    }

    @Test(arguments: [
        "", "x", "../../etc 00", "20261123T152233-0123abcd", "20261123T152233-0123abcd zz\n",
        "20261123T152233-0123abcd " + String(repeating: "0", count: 64),
        String(repeating: "9", count: 10_000),
    ])
    func refusesADamagedCurrent(text: String) throws {
        let id = try build(1)[0]
        try Data(text.utf8).write(to: URL(fileURLWithPath: store.currentPath))
        let error = #expect(throws: SnapshotError.self) { try store.openCurrent() }
        #expect(try #require(error).subject == store.currentPath)
        try store.publish(id)
        #expect(try store.openCurrent().id == id.text)
    }

    @Test func importsAFolderFromElsewhere() throws {
        let id = try build(1)[0]
        let other = TemporaryStore()
        #expect(try other.store.importSnapshot(from: store.path(of: id)) == id)
        try other.store.publish(id)
        #expect(try other.store.openCurrent().manifest == store.open(id).manifest)
        #expect(throws: SnapshotError.self) {
            try other.store.importSnapshot(from: store.path(of: id))
        }
        try temporary.replace(id, SnapshotFormat.dataFile, with: Data())
        #expect(throws: SnapshotError.self) {
            try TemporaryStore().store.importSnapshot(from: store.path(of: id))
        }
    }

    @Test func collectsAllButTheGenerationsToKeep() throws {
        let ids = try build(5)
        for id in ids.prefix(4) { try store.publish(id) }
        let held = try store.open(ids[0])
        try store.collectGarbage(keep: 2)
        #expect(try store.ids() == Array(ids[2...]))
        #expect(try held.makeReader().snapshot.id == ids[0].text)
        #expect(try store.rollback() == ids[2])
    }

    @Test func filesOfASnapshotAreReadOnly() throws {
        let id = try build(1)[0]
        for file in [SnapshotFormat.dataFile, SnapshotFormat.manifestFile] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: temporary.path(id, file)
            )
            #expect(attributes[.posixPermissions] as? Int == 0o444)
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: store.path(of: id)).sorted()
                == [SnapshotFormat.dataFile, SnapshotFormat.manifestFile]
        )
    }

    @Test func sweepsLeftoversOfTheDeadButNotOfTheLiving() throws {
        _ = try build(1)
        let dead = store.directory + "/.tmp-dead"
        try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: dead + "/data.mdb"))
        let living = try StagingFolder(inStore: store.directory)
        #expect(!FileManager.default.fileExists(atPath: dead))
        _ = try temporary.build(seed: 9)
        #expect(FileManager.default.fileExists(atPath: living.path))
    }
}
