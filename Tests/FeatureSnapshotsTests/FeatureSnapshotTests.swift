// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct FeatureSnapshotTests {
    @Test(arguments: [0, 1, 2, 40, 3000], 1...3 as ClosedRange<UInt64>)
    func readsBackWhatWasWritten(rowCount: Int, seed: UInt64) throws {
        let temporary = TemporaryStore()
        let catalogue = Catalogue(seed: seed, rowCount: rowCount)
        let manifest = try catalogue.build(in: temporary.store)
        let snapshot = try temporary.store.open(manifest.id)
        let reader = try snapshot.makeReader()
        for (rank, key) in catalogue.keys.enumerated() {
            let row = bytes(key).withUnsafeBytes { reader.findRow(entity: 0, key: $0) }
            try #require(row == UInt32(rank), "seed \(seed)")
            let read = Catalogue.read(RowView(snapshot, entity: 0, row: row))
            #expect(read == catalogue.products[key], "seed \(seed), key \(key)")
        }
    }

    @Test(arguments: ["", "nothing", "17850 ", "1785", String(repeating: "x", count: 600)])
    func answersNoRowForAnUnknownKey(key: String) throws {
        let temporary = TemporaryStore()
        let reader = try temporary.store.open(temporary.build().id).makeReader()
        bytes(key).withUnsafeBytes {
            #expect(reader.findRow(entity: 1, key: $0) == SLUICE_NO_ROW)
            #expect(reader.findRow(entity: 2, key: $0) == SLUICE_NO_ROW)
            #expect(reader.findRow(entity: -1, key: $0) == SLUICE_NO_ROW)
        }
    }

    @Test func showsPluginsTheSameTable() throws {
        let temporary = TemporaryStore()
        let snapshot = try temporary.store.open(temporary.build().id)
        let view = snapshot.view.pointee
        #expect(view.entity_count == 2)
        #expect(view.currency_digits == 2)
        #expect(view.schema_fingerprint == snapshot.manifest.schemaFingerprint.prefix64)
        #expect(view.host_snapshot == Unmanaged.passUnretained(snapshot).toOpaque())
        let product = view.entities[0]
        #expect(product.row_count == 40)
        #expect(product.row_stride % 64 == 0)
        #expect(Int(bitPattern: product.rows) % 64 == 0)
        #expect(Int(bitPattern: product.heap.data) % 64 == 0)
        let offsets = (0..<5).map { product.columns[$0].offset }
        #expect(offsets == [48, 32, 24, 52, 40])
        let nullBits = (0..<5).map { product.columns[$0].null_bit }
        #expect(nullBits == [0, 1, 2, 3, 4])
        #expect(product.columns[4].element_size == 8)
    }

    @Test func findsBlobsByName() throws {
        let temporary = TemporaryStore()
        let catalogue = Catalogue(seed: 7, rowCount: 30)
        let snapshot = try temporary.store.open(catalogue.build(in: temporary.store).id)
        func blob(_ name: String) -> sluice_bytes {
            bytes(name).withUnsafeBytes { snapshot.blob(sluice_bytes($0)) }
        }
        let popular = UnsafeRawBufferPointer(blob("popular")).bindMemory(to: UInt32.self)
        #expect(Array(popular) == catalogue.popular)
        #expect(blob("empty").size == 0)
        for unknown in ["", "popula", "popularr", "zzz", "product.rows"] {
            #expect(blob(unknown).data == nil)
        }
    }

    @Test func sharesOneMapBetweenTwoOpenings() throws {
        let temporary = TemporaryStore()
        let id = try temporary.build().id
        var first: FeatureSnapshot? = try temporary.store.open(id)
        let second = try temporary.store.open(id)
        #expect(first?.view.pointee.entities[0].rows == second.view.pointee.entities[0].rows)
        first = nil
        let reader = try second.makeReader()
        #expect(bytes("17850").withUnsafeBytes { reader.findRow(entity: 1, key: $0) } == 0)
    }

    @Test func outlivesItsFolder() throws {
        let temporary = TemporaryStore()
        let id = try temporary.build().id
        let reader = try temporary.store.open(id).makeReader()
        try FileManager.default.removeItem(atPath: temporary.store.path(of: id))
        #expect(bytes("17850").withUnsafeBytes { reader.findRow(entity: 1, key: $0) } == 0)
    }

    @Test func servesManyThreadsAtOnce() async throws {
        let temporary = TemporaryStore()
        let catalogue = Catalogue(seed: 3, rowCount: 500)
        let snapshot = try temporary.store.open(catalogue.build(in: temporary.store).id)
        let keys = catalogue.keys
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let reader = try snapshot.makeReader()
                    return keys.enumerated().allSatisfy { rank, key in
                        let row = bytes(key).withUnsafeBytes { reader.findRow(entity: 0, key: $0) }
                        return row == UInt32(rank)
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func buildsTheSameBytesFromTheSameInput() throws {
        let temporary = TemporaryStore()
        let first = try temporary.build(seed: 5)
        let second = try temporary.build(seed: 5)
        #expect(first.files == second.files)
        #expect(first.id != second.id)
    }
}
