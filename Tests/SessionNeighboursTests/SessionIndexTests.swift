// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import Testing

@Suite struct SessionIndexTests {
    private func randomLog(sessions: Int, items: Int, length: Int, seed: UInt64) -> ClickLog {
        var random = Seeded(state: seed)
        var clicks = Clicks()
        for session in 0..<sessions {
            let number = clicks.addSession(key: UInt64(session))
            let first = UInt32.random(in: 0..<UInt32(items), using: &random)
            for step in 0..<UInt32(length) {
                // A log in memory of numbers that fit cannot be refused.
                try? clicks.add(
                    session: number,
                    item: (first + step) % UInt32(items),
                    time: 1_400_000_000 + Int64(session * 50)
                )
            }
        }
        let keys = (0..<items).map { Array(String(100_000_000 + $0).utf8) }
        return ClickLog(clicks: clicks, itemKeys: keys)
    }

    @Test func takesEightBytesAClickAtMost() throws {
        for (items, length) in [(100, 2), (70_000, 2), (70_000, 5)] {
            let log = randomLog(sessions: 4000, items: items, length: length, seed: 1)
            let storage = try SessionFixtures.index(log)
            let index = try SessionIndex(storage.bytes)
            let bytes = index.byteCount - index.itemTableBytes
            #expect(index.clickCount == 4000 * length)
            #expect(Double(bytes) <= 8 * Double(index.clickCount) + 16, "\(items) \(length)")
        }
    }

    @Test func keysAreFound() throws {
        let storage = try SessionFixtures.index(
            randomLog(sessions: 50, items: 30, length: 3, seed: 2)
        )
        let index = try SessionIndex(storage.bytes)
        for item in 0..<UInt32(30) { #expect(index.findItem(index.key(ofItem: item)) == item) }
        Array("no".utf8).withUnsafeBufferPointer { #expect(index.findItem($0) == nil) }
    }

    @Test func damageIsAnErrorAndNeverACrash() throws {
        let storage = try SessionFixtures.index(
            randomLog(sessions: 120, items: 40, length: 4, seed: 3)
        )
        var random = Seeded(state: 4)
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: storage.bytes.count,
            alignment: 64
        )
        defer { copy.deallocate() }
        var refused = 0
        for round in 0..<3000 {
            copy.copyMemory(from: storage.bytes)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<(round % 2 == 0 ? 64 : copy.count), using: &random)
                copy[place] = UInt8.random(in: 0...255, using: &random)
            }
            let size = round % 5 == 0 ? Int.random(in: 0...copy.count, using: &random) : copy.count
            do {
                let index = try SessionIndex(UnsafeRawBufferPointer(rebasing: copy[..<size]))
                let model = SessionModel(index, SessionParameters())
                _ = SessionFixtures.recommend(model, after: [1, 2, 3], limit: 5)
            } catch {
                refused += 1
                #expect(!"\(error)".isEmpty)
            }
        }
        #expect(refused > 1000)
    }

    @Test func anEmptyIndexAnswersNothing() throws {
        let builder = SessionIndexBuilder(Clicks(), rules: SessionIndexRules())
        let storage = try builder.finish(itemCount: 3)
        let model = SessionModel(try SessionIndex(storage.bytes), SessionParameters())
        #expect(SessionFixtures.recommend(model, after: [0, 7], limit: 5).isEmpty)
    }

    @Test func sessionsThatAreTooShortOrTooLongAreLeftOut() throws {
        var clicks = Clicks()
        for (session, length) in [1, 5, 300].enumerated() {
            let number = clicks.addSession(key: UInt64(session))
            for item in 0..<UInt32(length) {
                try clicks.add(session: number, item: item, time: 1)
            }
        }
        let builder = SessionIndexBuilder(clicks, rules: SessionIndexRules())
        #expect((builder.shortSessions, builder.longSessions) == (1, 1))
        let storage = try builder.finish(itemCount: 300)
        let model = SessionModel(try SessionIndex(storage.bytes), SessionParameters())
        #expect(model.index.sessionCount == 1)
        #expect(SessionFixtures.recommend(model, after: [0], limit: 9) == [1, 2, 3, 4])
    }
}
