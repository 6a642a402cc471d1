// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

/// A worker over a real snapshot, without sockets and with a clock that stands still.
final class WorkerHarness {
    let clock = ManualClock()
    let files = StoreFixture()
    let storage = MetricStorage(shardCount: 1)
    let completions: Completions
    let worker: GatewayWorker
    /// Answers of pending requests by ticket, in the order they came.
    private(set) var answers: [(ticket: Int, answer: Answer)] = []

    init(
        _ fixture: StateFixture,
        _ completions: Completions = Completions(),
        popular: Range<UInt32> = 0..<100,
        overload: OverloadSettings = OverloadSettings()
    ) throws {
        self.completions = completions
        let state = try fixture.build(files.build(popular: popular), storage)
        worker = try GatewayWorker(
            state: state,
            index: 3,
            bodyBytesMaximum: 256 * 1024,
            metrics: storage.shards[0],
            clock: clock.clock,
            origin: 0xFEED,
            overload: overload
        )
        worker.onAnswered = { [unowned self] ticket in
            answers.append((ticket, Answer(worker.reply)))
        }
    }

    /// Adopts a new snapshot with these versions.
    func adopt(_ fixture: StateFixture) throws {
        let catalog = worker.state.catalog
        try worker.adopt(fixture.build(files.build(), storage, replacing: catalog))
    }

    // MARK: Requests

    @discardableResult
    func price(
        _ lines: [(product: String, quantity: Int)] = [("P001", 1)],
        customer: String = "C0",
        headers: [RequestFixture.Header: String] = [:]
    ) throws -> Answer {
        try #require(send(.prices(lines, customer: customer, headers: headers)).answer)
    }

    @discardableResult
    func recommend(_ query: String = "shop=demo&session_id=s&product_id=P005") throws -> Answer {
        try #require(send(.recommendations(query)).answer)
    }

    /// Hands a request in; nil when its answer is still to come.
    func send(_ request: RequestFixture) -> (answer: Answer?, ticket: Int?) {
        switch request.handle(by: worker, arrival: clock.now) {
        case .answered: (Answer(worker.reply), nil)
        case .pending(let ticket): (nil, ticket)
        }
    }

    // MARK: Pools

    /// Waits until the pools have ended `count` calls, then hands them to the worker.
    func deliver(_ count: Int) throws {
        try waitForCompletions(count)
        deliverWhatCame()
    }

    func waitForCompletions(_ count: Int) throws {
        guard isTrueSoon({ completions.count >= count }) else { throw NothingCame() }
    }

    /// Hands calls to the worker until no decision has lent one.
    func deliverRest() throws {
        let isOver = isTrueSoon {
            deliverWhatCame()
            return worker.decisions.all.allSatisfy(\.isIdle)
        }
        guard isOver else { throw NothingCame() }
    }

    /// Whether an object goes within some seconds: pool threads let go of it in their own time.
    func isReleased(_ object: () -> (any AnyObject)?) -> Bool {
        isTrueSoon { object() == nil }
    }

    func isTrueSoon(_ condition: () -> Bool) -> Bool {
        for _ in 0..<1_000_000 {
            if condition() { return true }
            usleep(100)
        }
        return condition()
    }

    /// The answers of pending requests since the last time.
    func takeAnswers() -> [(ticket: Int, answer: Answer)] {
        defer { answers.removeAll() }
        return answers
    }

    @discardableResult
    func deliverWhatCame() -> Int {
        let ended = completions.take()
        for (call, status) in ended {
            worker.poolEnded(CallMark(of: call).slot, call, status: status)
        }
        return ended.count
    }

    struct NothingCame: Error {}

    // MARK: Counts

    /// What was turned away, of all or of a class at a stage.
    func shedCount(_ admissionClass: AdmissionClass? = nil, _ stage: ShedStage? = nil) -> UInt64 {
        let lease = worker.state.catalog.lease(.overload)!
        return AdmissionClass.allCases.reduce(0) { sum, each in
            sum
                + ShedStage.allCases.reduce(0) {
                    let isAsked = each == admissionClass ?? each && $1 == stage ?? $1
                    return isAsked ? $0 + lease.value(at: OverloadLayout.shed(each, $1)) : $0
                }
        }
    }

    /// Requests of a route with any outcome, or with one.
    func requestCount(_ route: String, _ outcome: RequestOutcome? = nil) -> UInt64 {
        let lease = worker.state.catalog.lease(.route(route))!
        let outcomes = outcome.map { [$0] } ?? RequestOutcome.allCases
        return outcomes.reduce(0) { sum, outcome in
            sum
                + (0..<StatusLabels.count).reduce(0) {
                    $0 + lease.value(at: RouteLayout.requests(outcome, $1))
                }
        }
    }
}
