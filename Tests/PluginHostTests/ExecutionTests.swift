// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation
import Testing

@testable import PluginHost

@Suite struct ExecutionTests {
    private let snapshot = SyntheticSnapshot()

    @Test func answersEveryLine() throws {
        let binding = try Fixture.binding("", of: Fixture.handler(), snapshot)
        let price = PriceCall(lines: 3)
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
        #expect(price.call.prices.map(\.unitPriceMinor) == [100, 200, 300])
        #expect(price.call.replyFault == nil)
    }

    @Test(arguments: [
        ("set twice", ReplyFault.setTwice, HandlerStatus.internal),
        ("line beyond", .outOfRange, .outOfRange),
        ("not a number", .notFinite, .internal),
        ("infinite", .notFinite, .internal),
        ("negative real", .negative, .internal),
        ("negative", .negative, .internal),
        ("overflow real", .overflow, .internal),
        ("overflow line", .overflow, .internal),
        ("unknown form", .malformed, .internal),
        ("null price", .malformed, .internal),
        ("five rules", .malformed, .internal),
        ("quoted rule", .invalidWord, .internal),
        ("incomplete", .incomplete, .internal),
        ("fault then error", .negative, .internal),
        ("item for price", .malformed, .internal),
        ("pending", .pendingInline, .internal),
    ])
    func refusesAFaultyReply(behaviour: String, fault: ReplyFault, status: HandlerStatus) throws {
        let binding = try Fixture.binding(behaviour, of: Fixture.handler(), snapshot)
        let price = PriceCall(lines: 2, quantity: 2)
        #expect(binding.execute(price.call, reader: snapshot.reader) == status.rawValue)
        #expect(price.call.replyFault == fault)
        #expect(status.verdict == .failure)
    }

    @Test(arguments: [
        ("too many", ReplyFault.outOfRange), ("row beyond", .outOfRange), ("score", .notFinite),
    ])
    func refusesAFaultyList(behaviour: String, fault: ReplyFault) throws {
        let handler = try Fixture.handler("KIND=SLUICE_KIND_RECOMMEND")
        let binding = try Fixture.binding(behaviour, of: handler, snapshot)
        let call = HandlerCall(limits: HandlerCallLimits())
        call.beginRecommend(limit: 4, productCount: SyntheticSnapshot.productCount)
        #expect(binding.execute(call, reader: snapshot.reader) != 0)
        #expect(call.replyFault == fault)
    }

    @Test func recommends() throws {
        let handler = try Fixture.handler("KIND=SLUICE_KIND_RECOMMEND")
        let binding = try Fixture.binding("", of: handler, snapshot)
        let call = HandlerCall(limits: HandlerCallLimits())
        for _ in 0..<2 {
            call.reset()
            call.beginRecommend(limit: 4, productCount: SyntheticSnapshot.productCount)
            #expect(binding.execute(call, reader: snapshot.reader) == 0)
            #expect(call.items.map(\.productRow) == [1])
            #expect(call.items[0].reason.size == 7)
        }
    }

    @Test func executesTheSameCallAgainForALowerRung() throws {
        let handler = try Fixture.handler()
        let faulty = try Fixture.binding("set twice", of: handler, snapshot)
        let sound = try Fixture.binding("", of: handler, snapshot)
        let price = PriceCall(lines: 2)
        #expect(faulty.execute(price.call, reader: snapshot.reader) != 0)
        #expect(sound.execute(price.call, reader: snapshot.reader) == 0)
        #expect(price.call.prices.map(\.unitPriceMinor) == [100, 200])
    }

    @Test func takesTheStatusForAllAndTheMessage() throws {
        let handler = try Fixture.handler()
        let price = PriceCall(lines: 1)
        let refusing = try Fixture.binding("refuses all", of: handler, snapshot)
        #expect(refusing.execute(price.call, reader: snapshot.reader) == 14)
        let explaining = try Fixture.binding("says why", of: handler, snapshot)
        #expect(explaining.execute(price.call, reader: snapshot.reader) == 5)
        #expect(String(decoding: price.call.messageText, as: UTF8.self) == "never sold")
    }

    @Test func roundsARealPriceOnceAndKeepsItsRules() throws {
        let binding = try Fixture.binding("real", of: Fixture.handler(), snapshot)
        let price = PriceCall(lines: 1)
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
        #expect(price.call.prices[0].unitPriceMinor == 12)
        #expect(price.call.prices[0].ruleCount == 2)
        #expect(
            price.call.prices[0].rules.1.buffer.map { String(decoding: $0, as: UTF8.self) } == "two"
        )
    }

    @Test func servicesAnswerAndResistMisuse() throws {
        let handler = try Fixture.handler()
        let binding = try Fixture.binding("services", of: handler, snapshot)
        let price = PriceCall(lines: 1)
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
        let metrics = handler.state.metrics
        #expect(
            metrics.read().map(\.name) == [
                "sluice_plugin_fixture_answers", "sluice_plugin_fixture_work_ns",
            ]
        )
        #expect(metrics.read()[0].reading == .counter(2))
        guard case .histogram(let counts, let sum) = metrics.read()[1].reading else {
            Issue.record("not a histogram")
            return
        }
        #expect(counts[1] == 1 && counts.reduce(0, +) == 1 && sum == 1500)
        #expect(metrics.refusedCount == 3)
        #expect(handler.state.completions.strayCount == 1)
    }

    @Test func dropsLogLinesAboveTheRate() throws {
        let log = LogLines()
        let handler = try Fixture.handler(log: log)
        let binding = try Fixture.binding("chatty", of: handler, snapshot)
        let price = PriceCall(lines: 1)
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
        #expect(handler.state.logLimit.droppedCount > 0)
        #expect(log.all.count < 100)
    }

    @Test func serialModelIsNotEnteredTwice() throws {
        let handler = try Fixture.handler("THREADING=SLUICE_THREADING_SERIAL")
        #expect(!handler.mayRunInline)
        let binding = try Fixture.binding("", of: handler, snapshot)
        let price = PriceCall(lines: 1)
        #expect(binding.model.lane?.tryEnter() == true)
        #expect(
            binding.execute(price.call, reader: snapshot.reader)
                == HandlerStatus.unavailable.rawValue
        )
        binding.model.lane?.leave()
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
    }
}

@Suite struct MinorUnitsTests {
    @Test(
        arguments: [
            (0.0, 2, 0), (-0.0, 2, 0), (0.005, 2, 1), (0.125, 2, 12), (0.375, 2, 38),
            (2.675, 2, 267),
            (1.5, 0, 2), (2.5, 0, 2), (0.5, 0, 0), (19.99, 2, 1999),
            (1e15, 2, 100_000_000_000_000_000),
            (0.0005, 3, 1), (.leastNonzeroMagnitude, 4, 0), (9.2e16, 2, 9_200_000_000_000_000_000),
        ] as [(Double, UInt32, Int64)]
    )
    func roundsHalfToEven(price: Double, digits: UInt32, minor: Int64) throws {
        #expect(try MinorUnits.rounded(price, digits: digits) == minor)
    }

    @Test(arguments: [
        (Double.nan, ReplyFault.notFinite), (.infinity, .notFinite), (-1, .negative),
        (-.leastNonzeroMagnitude, .negative), (1e17, .overflow),
        (.greatestFiniteMagnitude, .overflow),
    ])
    func refuses(price: Double, fault: ReplyFault) {
        #expect(throws: fault) { try MinorUnits.rounded(price, digits: 2) }
    }

    /// The C library prints the exact binary value rounded half to even: an independent second opinion.
    @Test(arguments: [11, 12] as [UInt64]) func agreesWithTheCLibrary(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let digits = UInt32.random(in: 0...4, using: &generator)
            let price =
                Double.random(in: 0...1, using: &generator)
                * pow(10, Double(Int.random(in: -3...13, using: &generator)))
            let printed = String(format: "%.\(digits)f", price).filter { $0 != "." }
            let minor = try MinorUnits.rounded(price, digits: digits)
            #expect(Int64(printed) == minor, "seed \(seed): \(price) with \(digits) digits")
        }
    }
}
