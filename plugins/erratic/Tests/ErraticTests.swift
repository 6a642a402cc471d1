// SPDX-License-Identifier: Apache-2.0
import CSluice
import ErraticHandler
import SluiceKit
import SluiceKitTesting
import Testing

@Suite struct ErraticTests {
    private let snapshot = SnapshotFixture(
        ["product": [.i64("list_price", [100, 200, nil])]],
        blobs: ["popular": [1, 0]]
    )

    private func load(
        _ handler: Int,
        _ settings: String,
        host: HostFixture = HostFixture()
    ) throws -> HandlerFixture {
        try HandlerFixture(
            Erratic.handlers[handler],
            settings: settings,
            snapshot: snapshot,
            host: host
        )
    }

    @Test func behavesWhenTold() throws {
        let price = try load(0, #"{"mode": "ok"}"#).price([(0, 1), (1, 1)])
        #expect(price.prices.map { $0?.unitPriceMinor } == [100, 200])
        #expect(try load(1, #"{"mode": "ok"}"#).recommend(limit: 9).items.map(\.row) == [1, 0])
    }

    @Test func failsOneInThreeAtTheSeedsPlace() throws {
        let host = HostFixture()
        let handler = try load(0, #"{"mode": "fail", "one_in": 3, "seed": 4}"#, host: host)
        let statuses = (0..<7).map { _ in Int(handler.price([(0, 1)]).status) }
        let (good, bad) = (SLUICE_OK, SLUICE_INTERNAL)
        #expect(statuses == [good, bad, good, good, bad, good, good])
        #expect(host.counters == ["calls": 7, "misbehaved": 2])
    }

    @Test func worksOnAHostWithoutMetrics() throws {
        let host = HostFixture(capabilities: 1)
        #expect(try load(0, #"{"mode": "ok"}"#, host: host).price([(0, 1)]).status == SLUICE_OK)
        #expect(host.counters.isEmpty)
    }

    @Test(arguments: [0, 1])
    func answersNumbersThatAreNone(handler: Int) throws {
        let outcome = try call(handler, #"{"mode": "nan"}"#)
        #expect(outcome.status == SLUICE_OK, "it claims success")
        #expect(outcome.replyFaults.contains(Int32(SLUICE_INVALID_ARGUMENT)))
    }

    @Test(arguments: [0, 1])
    func answersTheWrongShape(handler: Int) throws {
        let outcome = try call(handler, #"{"mode": "wrong_shape"}"#)
        #expect(outcome.replyFaults == [Int32(SLUICE_OUT_OF_RANGE)])
    }

    @Test func overrunsTheDeadlineByTheDelay() throws {
        let host = HostFixture()
        host.tickNanoseconds = 100_000
        let handler = try load(0, #"{"mode": "overrun", "delay_milliseconds": 5}"#, host: host)
        let outcome = handler.price([(0, 1)], deadline: 10_000_000)
        #expect(outcome.status == SLUICE_OK)
        #expect(host.nanoseconds >= 15_000_000)
    }

    @Test func delaysAndThenAnswers() throws {
        let handler = try load(0, #"{"mode": "delay", "delay_milliseconds": 2}"#)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(handler.price([(0, 1)]).status == SLUICE_OK)
        #expect(clock.now - start >= .milliseconds(2))
    }

    @Test(arguments: [0, 1, 2])
    func completesTwice(handler: Int) throws {
        let host = HostFixture()
        let outcome = try call(handler, #"{"mode": "double_completion"}"#, host: host)
        #expect(outcome.status == Int32(SLUICE_PENDING))
        #expect(outcome.replyFaults.isEmpty)
        while host.completions.count < 2 {}
        #expect(host.completions.count == 2)
    }

    @Test func completesOnceAndLate() throws {
        let host = HostFixture()
        let handler = try load(
            0,
            #"{"mode": "late_completion", "delay_milliseconds": 1}"#,
            host: host
        )
        let outcome = handler.price([(0, 1)], deadline: 1_000_000)
        #expect(outcome.status == Int32(SLUICE_PENDING))
        while host.completions.isEmpty {}
        #expect(host.completions.count == 1)
    }

    @Test func leaksAndAnswers() throws {
        let outcome = try call(0, #"{"mode": "leak", "leak_mebibytes": 1}"#)
        #expect(outcome.status == SLUICE_OK)
    }

    @Test(arguments: [
        (
            "{}",
            "settings.mode: expected one of crash, delay, fail, hang, leak, nan, ok, overrun, "
                + "double_completion, late_completion, wrong_shape, got null"
        ),
        (
            #"{"mode": "ok", "one_in": 0}"#,
            "settings.one_in: expected a whole number in 1...1000000, got 0"
        ),
        (
            #"{"mode": "ok", "every": 2}"#,
            "settings.every: unknown key; known are mode, one_in, delay_milliseconds, "
                + "leak_mebibytes, seed"
        ),
    ])
    func badSettingsAreRefusedByName(settings: String, expected: String) {
        let refusal = #expect(throws: Refusal.self) { try load(0, settings) }
        #expect(refusal?.message == expected)
    }

    private func call(
        _ handler: Int,
        _ settings: String,
        host: HostFixture = HostFixture()
    ) throws -> CallOutcome {
        let fixture = try load(handler, settings, host: host)
        return handler != 1 ? fixture.price([(0, 1), (1, 1)]) : fixture.recommend(limit: 2)
    }
}
