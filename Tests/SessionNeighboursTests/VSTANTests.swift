// SPDX-License-Identifier: Apache-2.0
import Foundation
import SessionNeighbours
import Testing

@Suite struct VSTANTests {
    /// The formula as its authors wrote it, over all sessions.
    private struct Plain {
        let sessions: [(items: [UInt32], time: Double)]
        let parameters: SessionParameters

        func scores(after session: [UInt32]) -> [UInt32: Double] {
            var scores: [UInt32: Double] = [:]
            let recent = Array(session.suffix(parameters.lastItems))
            let newest = sessions.map(\.time).max() ?? 0
            for past in sessions where past.items.contains(where: recent.contains) {
                let age = exp((past.time - newest) / (parameters.ageDecayDays * 86_400))
                let likeness = likeness(recent, past.items) * age
                add(past.items, recent, likeness, age, to: &scores)
            }
            return scores
        }

        private func weight(_ step: Int, _ count: Int, _ decay: Double) -> Double {
            exp(-Double(count - 1 - step) / decay)
        }

        private func likeness(_ recent: [UInt32], _ items: [UInt32]) -> Double {
            var (common, squares) = (0.0, 0.0)
            for (step, item) in recent.enumerated() where recent.lastIndex(of: item) == step {
                let weight = weight(step, recent.count, parameters.positionDecay)
                squares += weight * weight
                if items.contains(item) { common += weight }
            }
            return common / (squares.squareRoot() * Double(items.count).squareRoot())
        }

        private func add(
            _ items: [UInt32],
            _ recent: [UInt32],
            _ likeness: Double,
            _ age: Double,
            to scores: inout [UInt32: Double]
        ) {
            let last = items.lastIndex(where: recent.contains) ?? 0
            let match = recent.lastIndex(where: items.contains) ?? 0
            let nearness = weight(match, recent.count, parameters.matchDecay)
            let newest = recent.last.flatMap { items.firstIndex(of: $0) }
            for (step, item) in items.enumerated() {
                let distance = exp(-Double(abs(step - last)) / parameters.distanceDecay)
                var score = likeness * nearness * distance
                if let newest, step > newest {
                    score += parameters.sequential * age / Double(step - newest)
                }
                scores[item, default: 0] += score
            }
        }
    }

    @Test func scoresAsThePlainFormula() throws {
        for seed in UInt64(1)...20 {
            var random = Seeded(state: seed)
            var clicks = Clicks()
            var past: [(items: [UInt32], time: Double)] = []
            for session in 0..<60 {
                let count = Int.random(in: 2...6, using: &random)
                let items = Array((UInt32(0)..<25).shuffled(using: &random).prefix(count))
                let number = clicks.addSession(key: UInt64(session))
                // Eight sessions share a time, as an index keeps one for so many.
                let time = Int64(session / 8) * 86_400
                for item in items { try clicks.add(session: number, item: item, time: time) }
                past.append((items, Double(time)))
            }
            var parameters = SessionParameters()
            parameters.distanceDecay = 2
            parameters.rarity = 0
            parameters.sequential = 0.5
            let storage = try SessionIndexBuilder(clicks, rules: SessionIndexRules())
                .finish(itemCount: 25)
            let model = SessionModel(try SessionIndex(storage.bytes), parameters)
            let session = (0..<5).map { _ in UInt32.random(in: 0..<26, using: &random) }
            let expected = Plain(sessions: past, parameters: parameters).scores(after: session)
            let ranking = SessionFixtures.recommend(model, after: session, limit: 25)
            #expect(Set(ranking) == Set(expected.keys).subtracting([session[4]]), "seed \(seed)")
            for (better, worse) in zip(ranking, ranking.dropFirst()) {
                let (better, worse) = (expected[better] ?? 0, expected[worse] ?? 0)
                #expect(better >= worse - 1e-6, "seed \(seed)")
            }
        }
    }

    @Test func seenItemsComeAgainOnlyWhenAsked() throws {
        let log = try SessionFixtures.log("1\ta\t1\n1\tb\t2\n1\tc\t3\n2\ta\t4\n2\tb\t5\n")
        let index = try SessionFixtures.index(log)
        var parameters = SessionParameters()
        var model = SessionModel(try SessionIndex(index.bytes), parameters)
        #expect(Set(SessionFixtures.recommend(model, after: ["a", "b"])) == ["a", "c"])
        parameters.remind = false
        model = SessionModel(try SessionIndex(index.bytes), parameters)
        #expect(SessionFixtures.recommend(model, after: ["a", "b"]) == ["c"])
    }

    @Test func popularItemsFillUp() throws {
        let log = try SessionFixtures.log("1\ta\t1\n1\tb\t2\n2\tb\t3\n2\tc\t4\n")
        let storage = try SessionFixtures.index(log)
        let model = SessionModel(try SessionIndex(storage.bytes), SessionParameters())
        let answer = UnsafeMutableBufferPointer<ScoredItem>.allocate(capacity: 5)
        defer { answer.deallocate() }
        answer[0] = ScoredItem(item: 0, score: 1)
        let count = model.fillWithPopular(answer, from: 1, admitting: { $0 != 2 })
        #expect(answer[..<count].map(\.item) == [0, 1])
    }
}
