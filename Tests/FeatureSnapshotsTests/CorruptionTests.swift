// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct CorruptionTests {
    private let temporary = TemporaryStore()
    private let manifest: SnapshotManifest
    private let data: Data

    init() throws {
        manifest = try temporary.build(rowCount: 60)
        data = try Data(contentsOf: URL(fileURLWithPath: temporary.path(manifest.id)))
        try temporary.store.publish(manifest.id)
    }

    @Test func refusesEveryChangedByteOfTheData() throws {
        var random = SeededGenerator(seed: 11)
        for round in 0..<200 {
            try temporary.replace(
                manifest.id,
                SnapshotFormat.dataFile,
                with: mutated(data, using: &random)
            )
            let error = try #require(openingError(), "seed 11, round \(round)")
            #expect(error.code == .corrupt && error.subject.hasSuffix("data.mdb"))
            #expect(error.message.hasPrefix("expected SHA-256"))
        }
    }

    @Test func survivesChangedBytesThatTheManifestVouchesFor() throws {
        for seed in 1...400 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let hostile = mutated(data, using: &random)
            try temporary.replace(manifest.id, SnapshotFormat.dataFile, with: hostile)
            try openSigned()
        }
    }

    /// Meta pages and tree pages are where a change leads LMDB astray.
    @Test func survivesChangedPageHeadersThatTheManifestVouchesFor() throws {
        let pageCount = data.count / 4096
        for seed in 1...400 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var hostile = data
            let page = Int.random(in: 0..<pageCount, using: &random)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let offset = page * 4096 + Int.random(in: 0..<160, using: &random)
                hostile[offset] = UInt8.random(in: 0...255, using: &random)
            }
            try temporary.replace(manifest.id, SnapshotFormat.dataFile, with: hostile)
            try openSigned()
        }
    }

    @Test func refusesEveryTruncation() throws {
        for size in [
            0, 1, 15, 100, 4095, 4096, 8191, 8192, 12288, data.count - 4096, data.count - 1,
        ] {
            let part = data.prefix(size)
            try temporary.replace(manifest.id, SnapshotFormat.dataFile, with: part)
            let error = try #require(openingError())
            #expect(error.message == "expected \(data.count) bytes, got \(size)")
            #expect(try openSigned() == false, "\(size) bytes")
            try restoreManifest()
        }
    }

    @Test(arguments: ["empty", "zeros", "junk", "text", "larger"])
    func refusesForeignFiles(kind: String) throws {
        var random = SeededGenerator(seed: 3)
        let foreign: Data =
            switch kind {
            case "empty": Data()
            case "zeros": Data(count: 16384)
            case "junk": Data((0..<16384).map { _ in UInt8.random(in: 0...255, using: &random) })
            case "text": Data(String(repeating: "InvoiceNo,StockCode\n", count: 1000).utf8)
            default: data + Data(count: 100)
            }
        try temporary.replace(manifest.id, SnapshotFormat.dataFile, with: foreign)
        #expect(openingError() != nil)
        #expect(try openSigned() == false)
    }

    @Test func refusesEveryChangedByteOfTheManifest() throws {
        let path = temporary.manifestPath(manifest.id)
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let changed = mutated(original, using: &random)
            try temporary.replace(manifest.id, SnapshotFormat.manifestFile, with: changed)
            let error = try #require(openingError(), "seed \(seed)")
            #expect(error.subject.contains("manifest.json") || error.subject.contains("data.mdb"))
            let verified = try? temporary.store.verify(
                folder: temporary.store.path(of: manifest.id)
            )
            if let verified { #expect(verified.files == manifest.files, "seed \(seed)") }
        }
    }

    @Test(arguments: ["", "{", "[]", "null", "{}", "\u{0}\u{1}", "{\"format_version\":1}"])
    func refusesWhatIsNoManifest(text: String) throws {
        try temporary.replace(manifest.id, SnapshotFormat.manifestFile, with: Data(text.utf8))
        #expect(try #require(openingError()).code == .malformed)
    }

    @Test(arguments: [
        ("\"format_version\" : 1", "\"format_version\" : 2", ":format_version"),
        ("\"row_count\" : 60", "\"row_count\" : 61", ":product.rows"),
        ("\"row_count\" : 60", "\"row_count\" : -1", ":entities.product.row_count"),
        ("\"row_stride\" : 64", "\"row_stride\" : 128", ":entities.product.row_stride"),
        ("\"currency\" : \"GBP\"", "\"currency\" : \"XXX\"", "schema"),
        ("\"type\" : \"f32\"", "\"type\" : \"i64\"", ":schema_fingerprint"),
        ("\"type\" : \"f32\"", "\"type\" : \"f64\"", ":schema.entities[0].columns[0].type"),
        ("\"name\" : \"popular\"", "\"name\" : \"popula\"", ":popula"),
        ("\"orders\" : \"34\"", "\"orders\" : \"35\"", ":customer[17850].orders"),
        ("\"key\" : \"17850\"", "\"key\" : \"17851\"", ":customer[17851]"),
        ("\"name\" : \"data.mdb\"", "\"name\" : \"../data.mdb\"", ":files"),
    ])
    func namesTheFieldThatIsWrong(from: String, to: String, place: String) throws {
        let path = temporary.manifestPath(manifest.id)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(from))
        let changed = text.replacing(from, with: to, maxReplacements: 1)
        try temporary.replace(manifest.id, SnapshotFormat.manifestFile, with: Data(changed.utf8))
        let error = #expect(throws: SnapshotError.self) {
            try temporary.store.open(manifest.id)
        }
        #expect(try #require(error).subject.hasSuffix(place))
    }

    // MARK: -

    private func openingError() -> SnapshotError? {
        do {
            _ = try temporary.store.openCurrent()
            return nil
        } catch {
            return error as? SnapshotError
        }
    }

    /// Signs the data file and reads all of it; false when it is refused.
    @discardableResult
    private func openSigned() throws -> Bool {
        defer { try? restoreManifest() }
        try temporary.sign(manifest)
        guard let snapshot = try? temporary.store.open(manifest.id) else { return false }
        let reader = try snapshot.makeReader()
        for (entity, mapped) in snapshot.entities.enumerated() {
            for row in 0..<UInt32(mapped.rowCount) where entity == 0 {
                _ = Catalogue.read(RowView(snapshot, entity: entity, row: row))
            }
            try snapshot.forEachKey(of: entity) { key, row in
                #expect(reader.findRow(entity: entity, key: key) == row)
            }
        }
        return true
    }

    private func restoreManifest() throws {
        try temporary.replace(
            manifest.id,
            SnapshotFormat.manifestFile,
            with: SnapshotJSON.readable(manifest)
        )
    }

    private func mutated(_ data: Data, using random: inout SeededGenerator) -> Data {
        var data = data
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: 0..<data.count, using: &random)
            data[index] ^= UInt8.random(in: 1...255, using: &random)
        }
        return data
    }
}
