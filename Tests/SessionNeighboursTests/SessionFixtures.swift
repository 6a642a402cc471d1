// SPDX-License-Identifier: Apache-2.0
import Foundation
import SessionNeighbours

/// A seeded random source (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

enum SessionFixtures {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// Writes a log to a temporary file and reads it.
    static func log(_ text: String) throws -> ClickLog {
        let path = NSTemporaryDirectory() + "clicks-\(UUID().uuidString).tsv"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try ClickLog.read(path)
    }

    static func index(
        _ log: ClickLog,
        _ rules: SessionIndexRules = SessionIndexRules()
    ) throws -> SessionIndexStorage {
        var log = log
        log.sortItems()
        let keys = log.itemKeys
        return try SessionIndexBuilder(log.clicks, rules: rules)
            .finish(itemCount: keys.count, keys: keys)
    }

    /// The items recommended, by their keys.
    static func recommend(
        _ model: SessionModel,
        after keys: [String],
        limit: Int = 20
    ) -> [String] {
        let items = keys.map { key in
            Array(key.utf8).withUnsafeBufferPointer { model.index.findItem($0) } ?? .max
        }
        return recommend(model, after: items, limit: limit).map { item in
            String(decoding: model.index.key(ofItem: item), as: UTF8.self)
        }
    }

    static func recommend(_ model: SessionModel, after items: [UInt32], limit: Int) -> [UInt32] {
        let answer = UnsafeMutableBufferPointer<ScoredItem>.allocate(capacity: limit)
        defer { answer.deallocate() }
        let count = items.withUnsafeBufferPointer {
            model.recommend(after: $0, SessionSpace(model), into: answer, admitting: { _ in true })
        }
        return answer[..<count].map(\.item)
    }
}
