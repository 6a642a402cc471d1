// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestSupport

@testable import PluginHost

/// An isolated model of the fixture plugin, in a real worker process, and what its calls ended with.
final class IsolatedFixture: Sendable {
    let model: IsolatedModel
    let binding: IsolatedBinding
    let endings: CallEndings
    let log = LogLines()
    let news: WorkerNewsLog

    /// Settings that restart at once and never give up.
    static let eager = WorkerSettings(
        memoryBytes: 256 << 20,
        hangGraceNanoseconds: 100_000_000,
        restartNanosecondsMin: 1_000_000,
        restartNanosecondsMax: 1_000_000,
        crashLoopCount: 1_000_000
    )

    init(
        _ behaviour: String,
        settings: WorkerSettings = eager,
        plugin: String? = nil
    ) throws {
        let endings = CallEndings()
        let news = WorkerNewsLog()
        self.endings = endings
        self.news = news
        model = try IsolatedModel(
            IsolatedModel.Source(
                plugin: PluginFile(path: plugin ?? Fixture.path(), expecting: nil),
                handler: "fixture",
                kind: .price,
                model: "fixture",
                version: "1",
                settingsJSON: Array(behaviour.utf8),
                artifactPath: ""
            ),
            in: IsolatedModel.Environment(
                command: WorkerCommand(
                    executable: BuiltPlugin.executable("plugin-checkee"),
                    arguments: ["worker"]
                ),
                readablePaths: [],
                settings: settings,
                log: log.append,
                notice: news.append
            ),
            completion: { endings.append($0, $1) }
        )
        binding = try model.bind(SyntheticSnapshot.reference, keepingAlive: SyntheticSnapshot())
    }

    /// Submits a call and waits for its end; nil when the worker does not take it.
    func execute(_ price: PriceCall) -> HandlerStatus? {
        guard binding.submit(price.call) else { return nil }
        return endings.waitForEnd(of: price.call)
    }

    /// Waits until the worker takes calls.
    func waitUntilReady(after starts: Int = 1) {
        waitUntil { self.news.readyCount >= starts && self.model.status.state == .ready }
    }
}

/// What happened to a worker, in order.
final class WorkerNewsLog: Sendable {
    private let news = Mutex<[WorkerNews]>([])

    var append: WorkerNotice { { [self] item in news.withLock { $0.append(item) } } }

    var readyCount: Int {
        news.withLock { $0.count { if case .ready = $0 { true } else { false } } }
    }

    var ends: [WorkerEnd] {
        news.withLock { $0.compactMap { if case .ended(let end, _, _) = $0 { end } else { nil } } }
    }
}

/// How calls ended; more than one end of a call shows.
final class CallEndings: Sendable {
    private let ends = Mutex<[(call: HandlerCall, status: HandlerStatus)]>([])

    func append(_ call: HandlerCall, _ status: Int32) {
        ends.withLock { $0.append((call, HandlerStatus(rawValue: status))) }
    }

    var count: Int { ends.withLock { $0.count } }

    func statuses(of call: HandlerCall) -> [HandlerStatus] {
        ends.withLock { ends in ends.filter { $0.call === call }.map(\.status) }
    }

    func waitForEnd(of call: HandlerCall) -> HandlerStatus? {
        let before = statuses(of: call).count
        _ = before
        waitUntil { call.isIdle && !self.statuses(of: call).isEmpty }
        return statuses(of: call).last
    }
}
