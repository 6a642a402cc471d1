// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct SnapshotSchemaTests {
    /// A change of this text is a change of every fingerprint: old handlers would refuse to bind.
    @Test func canonicalJSONIsPinned() throws {
        let schema = SnapshotSchema(
            currency: "GBP",
            currencyDigits: 2,
            entities: [
                EntitySchema(
                    name: "product",
                    columns: [
                        ColumnSchema(name: "list_price", type: .i64, unit: .money),
                        ColumnSchema(name: "kind", type: .u32, vocabulary: ["any", "a/\"é"]),
                        ColumnSchema(name: "tiers", type: .list, elementSize: 16),
                    ]
                )
            ]
        )
        let json = try schema.canonicalJSON
        #expect(
            String(decoding: json, as: UTF8.self) == #"""
                {"currency":"GBP","currency_digits":2,"entities":[{"columns":[\#
                {"name":"list_price","type":"i64","unit":"money"},\#
                {"name":"kind","type":"u32","vocabulary":["any","a/\"é"]},\#
                {"element_size":16,"name":"tiers","type":"list"}],"name":"product"}]}
                """#
        )
        #expect(try schema.fingerprint == json.withUnsafeBytes { SHA256Digest(of: $0) })
        let read = try SnapshotJSON.decode(SnapshotSchema.self, from: json, file: "schema")
        #expect(read == schema)
    }

    @Test func everyDifferenceChangesTheFingerprint() throws {
        func fingerprint(_ columns: ColumnSchema...) throws -> SHA256Digest {
            try SnapshotSchema(
                currency: "GBP",
                currencyDigits: 2,
                entities: [EntitySchema(name: "product", columns: columns)]
            ).fingerprint
        }
        let first = ColumnSchema(name: "a", type: .i64)
        let second = ColumnSchema(name: "b", type: .i64)
        let fingerprints: Set = [
            try fingerprint(), try fingerprint(first), try fingerprint(first, second),
            try fingerprint(second, first), try fingerprint(ColumnSchema(name: "a", type: .f32)),
            try fingerprint(ColumnSchema(name: "a", type: .u32, vocabulary: ["x"])),
            try fingerprint(ColumnSchema(name: "a", type: .u32, vocabulary: ["y"])),
        ]
        #expect(fingerprints.count == 7)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func slotsAreAlignedAndApart(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let columns = (0..<Int.random(in: 0...64, using: &random)).map { index in
            ColumnSchema(
                name: "c\(index)",
                type: ColumnType.allCases.randomElement(using: &random)!
            )
        }
        let entity = EntitySchema(name: "e", columns: columns)
        var taken = Set(0..<MemoryLayout<sluice_row_header>.size)
        for (index, column) in columns.enumerated() {
            let offset = entity.offset(of: index)
            #expect(offset % column.type.slotSize == 0, "seed \(seed)")
            for byte in offset..<offset + column.type.slotSize {
                #expect(taken.insert(byte).inserted, "seed \(seed)")
            }
        }
        #expect(entity.stride % 64 == 0 && entity.stride > taken.max() ?? 0)
        #expect(entity.stride - taken.count < 64, "seed \(seed): the row has holes")
    }

    @Test(arguments: [
        ("20261123T152233-0123abcd", true), ("20261123T152233-0123ABCD", false),
        ("20261123T152233-0123abc", false), ("20261123T152233-0123abcde", false),
        ("2026112aT152233-0123abcd", false), ("20261123t152233-0123abcd", false),
        ("../../../etc/passwd-0000", false), ("20261123T152233/0123abcd", false), ("", false),
    ])
    func anIDHasOneForm(text: String, isValid: Bool) {
        #expect((SnapshotID(text) != nil) == isValid)
    }
}
