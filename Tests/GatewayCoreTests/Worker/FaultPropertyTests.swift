// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

/// Requests, faults, deadlines and publications in random order.
struct FaultPropertyTests {
    private static let stepCount = 400

    /// One run: what it sends, and what it expects back.
    private final class Run {
        var random: SeededGenerator
        let prices = [FakeControl(percent: 90), FakeControl(percent: 80)]
        let lists = [FakeControl(firstRow: 200), FakeControl(firstRow: 300)]
        let fixture: StateFixture
        let harness: WorkerHarness
        /// Lines or items asked for by each request that is still to be answered.
        var pending: [Int: Bool] = [:]
        var answered = 0
        var cancelled = 0
        var sent = 0

        init(seed: UInt64) throws {
            random = SeededGenerator(seed: seed)
            let completions = Completions()
            var fixture = StateFixture()
            for version in 0...1 {
                let pool = random.next() % 2 == 0 ? completions.makePool(queue: 4) : nil
                fixture.prices.append(
                    try .fake("\(version + 1)", "price", prices[version], pool: pool)
                )
                fixture.recommendations.append(
                    try .fake("\(version + 1)", "recommend", lists[version], pool: pool)
                )
            }
            fixture.weights = [3_000, 7_000]
            self.fixture = fixture
            harness = try WorkerHarness(fixture, completions)
        }

        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

        // MARK: Steps

        func step() throws {
            switch pick(20) {
            case 0...7: send(.prices(cart(), customer: "c\(pick(50))"))
            case 8...11:
                send(
                    .recommendations("shop=s&session_id=u\(pick(50))&product_id=P\(100 + pick(9))")
                )
            case 12: send(.prices([("P001", -1)]))
            case 13...14: misbehave()
            case 15: harness.clock.advance(milliseconds: UInt64(pick(60)))
            case 16: harness.worker.expirePendingCalls()
            case 17: cancel()
            case 18: pick(6) == 0 ? try publish() : harness.worker.tick()
            default: harness.deliverWhatCame()
            }
            takeAnswers()
        }

        /// One snapshot too many is refused while calls hold the older ones.
        private func publish() throws {
            do {
                try harness.adopt(fixture)
            } catch let error as PluginError {
                #expect(error.code == .illegalOrder)
            }
        }

        private func cart() -> [(product: String, quantity: Int)] {
            (0...pick(4)).map { _ in (StoreFixture.key(pick(603)), 1 + pick(12)) }
        }

        private func misbehave() {
            let control = [prices, lists][pick(2)][pick(2)]
            control.mode = FakeControl.Mode.allCases[pick(5)]
            if prices.contains(where: { $0 === control }) {
                control.percent = [80, 90, 5, 400][pick(4)]
            }
        }

        private func send(_ request: RequestFixture) {
            sent += 1
            let result = harness.send(request)
            if let answer = result.answer { check(answer) }
            if let ticket = result.ticket {
                #expect(pending.updateValue(true, forKey: ticket) == nil, "ticket used twice")
            }
        }

        private func cancel() {
            guard let ticket = pending.keys.sorted().first else { return }
            harness.worker.cancel(ticket)
            pending[ticket] = nil
            cancelled += 1
        }

        private func takeAnswers() {
            for (ticket, answer) in harness.takeAnswers() {
                #expect(pending.removeValue(forKey: ticket) != nil, "answered twice or never asked")
                check(answer)
            }
        }

        // MARK: Invariants

        private func check(_ answer: Answer) {
            answered += 1
            #expect([200, 422, 503].contains(answer.status))
            guard answer.status == 200 else { return }
            #expect(answer.rung != nil)
            #expect((answer.reason == nil) == (answer.rung == "assigned"))
            for line in answer.lines { check(line) }
        }

        private func check(_ line: [String: Any]) {
            guard let key = line["variant_id"] as? String, key.hasPrefix("P"),
                let price = (line["unit_price"] as? String).flatMap({
                    Int64($0.replacing(".", with: ""))
                })
            else { return }
            let list = StoreFixture.listPrice(Int(key.dropFirst())!)
            #expect([list, list * 80 / 100, list * 90 / 100].contains(price))
        }

        func finish() throws {
            harness.clock.advance(milliseconds: 60)
            harness.worker.expirePendingCalls()
            try harness.deliverRest()
            takeAnswers()
            #expect(pending.isEmpty)
            #expect(answered + cancelled == sent)
            let counted = harness.requestCount("prices") + harness.requestCount("recommendations")
            #expect(counted == UInt64(answered))
            for version in fixture.prices + fixture.recommendations {
                #expect(version.breaker.status(now: harness.clock.now).inFlightCount == 0)
            }
        }
    }

    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func everyRequestIsAnsweredOnceWithinTheBand(seed: UInt64) throws {
        let run = try Run(seed: seed)
        for _ in 0..<Self.stepCount { try run.step() }
        try run.finish()
    }
}
