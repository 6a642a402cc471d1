// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct SnapshotWriterTests {
    private let temporary = TemporaryStore()
    private static let columns = [
        ColumnSchema(name: "price", type: .i64),
        ColumnSchema(name: "kind", type: .u32, vocabulary: ["any", "guest"]),
        ColumnSchema(name: "title", type: .text),
        ColumnSchema(name: "tiers", type: .list, elementSize: 16),
    ]

    private func writer(_ entities: [EntitySchema]? = nil) throws -> SnapshotWriter {
        try SnapshotWriter(
            store: temporary.store,
            schema: SnapshotSchema(
                currency: "GBP",
                currencyDigits: 2,
                entities: entities ?? [EntitySchema(name: "item", columns: Self.columns)]
            )
        )
    }

    private func error(_ body: () throws -> Void) throws -> SnapshotError {
        try #require(#expect(throws: SnapshotError.self, performing: body))
    }

    @Test(arguments: [
        (
            ["b", "a"], "item[1]",
            "the key \"a\" comes after a greater one; keys must ascend bytewise"
        ),
        (["a", "a"], "item[1]", "the key \"a\" comes twice"),
        ([""], "item[0]", "a key of 0 bytes, expected 1 to 511"),
        ([String(repeating: "k", count: 512)], "item[0]", "a key of 512 bytes, expected 1 to 511"),
    ])
    func refusesUnfitKeys(keys: [String], subject: String, message: String) throws {
        let writer = try writer()
        let error = try error {
            try writer.writeEntity(
                "item",
                rowCount: keys.count,
                key: { bytes(keys[$0]) },
                fill: { _, _ in }
            )
        }
        #expect(error.subject == subject && error.message == message)
    }

    @Test func refusesValuesThatDoNotFit() throws {
        let cases: [(String, (inout RowEncoder) -> Void)] = [
            ("kind: code 2 is not in the vocabulary of 2", { $0.set(1, u32: 2) }),
            (
                "title: the text is not UTF-8",
                { row in
                    [UInt8]([0xff, 0xfe]).withUnsafeBytes { row.setText(2, $0) }
                }
            ),
            (
                "tiers: 15 bytes are no whole number of elements",
                { row in
                    [UInt8](repeating: 0, count: 15).withUnsafeBytes { row.setList(3, $0) }
                }
            ),
        ]
        for (message, fill) in cases {
            let writer = try writer()
            let error = try error {
                try writer.writeEntity(
                    "item",
                    rowCount: 1,
                    key: { _ in bytes("a") },
                    fill: { _, row in fill(&row) }
                )
            }
            #expect(error.subject == "item[0]" && error.message == message)
        }
    }

    @Test func refusesUnknownRepeatedAndForgottenEntities() throws {
        let writer = try writer()
        func write(_ name: String) throws {
            try writer.writeEntity(
                name,
                rowCount: 1,
                key: { _ in bytes("a") },
                fill: { _, _ in }
            )
        }
        #expect(try error { try write("other") }.code == .invalidInput)
        let source = SnapshotSource(file: "none", rowsRead: 0, rowsUsed: 0)
        #expect(
            try error { _ = try writer.finish(source: source) }.message
                == "the entity was not written"
        )
        try write("item")
        #expect(try error { try write("item") }.code == .invalidInput)
        _ = try writer.finish(source: source)
        #expect(try error { _ = try writer.finish(source: source) }.code == .invalidInput)
    }

    @Test(arguments: ["", "Popular", "item.rows", "1st", String(repeating: "b", count: 65)])
    func refusesUnfitBlobNames(name: String) throws {
        let writer = try writer()
        #expect(
            try error {
                try writer.writeBlob(name, UnsafeRawBufferPointer(start: nil, count: 0))
            }.code == .invalidInput
        )
    }

    @Test func refusesRowNumbersThatLeadNowhere() throws {
        let product = EntitySchema(
            name: "product",
            columns: [ColumnSchema(name: "neighbours", type: .list, elementSize: 8)]
        )
        let source = SnapshotSource(file: "none", rowsRead: 0, rowsUsed: 0)
        for (inBlob, inList) in [(1, 0), (0, 1)] as [(UInt32, UInt32)] {
            let writer = try writer([product])
            try writer.writeEntity(
                "product",
                rowCount: 1,
                key: { _ in bytes("a") },
                fill: { _, row in [inList, 0].withUnsafeBytes { row.setList(0, $0) } }
            )
            try [inBlob].withUnsafeBytes { try writer.writeBlob("popular", $0) }
            let error = try error { _ = try writer.finish(source: source) }
            #expect(error.message == "product row 1 of 1")
        }
    }

    @Test func leavesNothingBehindWhenItIsDropped() throws {
        do {
            let writer = try writer()
            try writer.writeEntity(
                "item",
                rowCount: 1,
                key: { _ in bytes("a") },
                fill: { _, _ in }
            )
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: temporary.directory).isEmpty
        )
    }

    @Test(arguments: [
        ("gbp", 2, [EntitySchema(name: "a", columns: [])], "currency gbp does not have"),
        ("GBP", 3, [EntitySchema(name: "a", columns: [])], "currency GBP does not have"),
        ("GBP", 2, [], "0 entities"),
        ("GBP", 2, [EntitySchema(name: "blobs", columns: [])], "an entity may not be called"),
        ("GBP", 2, [EntitySchema(name: "A", columns: [])], "expected an entity name"),
        (
            "GBP", 2,
            [EntitySchema(name: "a", columns: []), EntitySchema(name: "a", columns: [])],
            "two entities have the same name"
        ),
        (
            "GBP", 2,
            [
                EntitySchema(
                    name: "a",
                    columns: (0...64).map { ColumnSchema(name: "c\($0)", type: .i64) }
                )
            ],
            "a: 65 columns, at most 64 fit"
        ),
        (
            "GBP", 2,
            [EntitySchema(name: "a", columns: [ColumnSchema(name: "l", type: .list)])],
            "a.l: a list column needs an element_size"
        ),
    ])
    func refusesSchemasOutOfBounds(
        currency: String,
        digits: Int,
        entities: [EntitySchema],
        message: String
    ) throws {
        let schema = SnapshotSchema(
            currency: currency,
            currencyDigits: digits,
            entities: entities
        )
        let error = try error { try schema.validate() }
        #expect(error.code == .invalidSchema && error.message.hasPrefix(message))
    }

    @Test func sixtyFourColumnsFit() throws {
        let columns = (0..<64).map { ColumnSchema(name: "c\($0)", type: .i64) }
        let writer = try writer([EntitySchema(name: "wide", columns: columns)])
        try writer.writeEntity(
            "wide",
            rowCount: 1,
            key: { _ in bytes("a") },
            fill: { _, row in for column in 0..<63 { row.set(column, i64: Int64(column)) } }
        )
        let id = try writer.finish(source: SnapshotSource(file: "none", rowsRead: 0, rowsUsed: 0))
            .id
        let snapshot = try temporary.store.open(id)
        withExtendedLifetime(snapshot) {
            let row = RowView(snapshot, entity: 0, row: 0)
            #expect((0..<63).allSatisfy { row.i64($0) == Int64($0) && !row.isNull($0) })
            #expect(row.isNull(63))
        }
    }
}
