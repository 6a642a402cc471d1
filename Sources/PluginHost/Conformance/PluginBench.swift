// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Measures what it costs to run a handler inline, on a pool, and in a worker process.
///
/// One call after another: how long from handing a call over until its owner has the answer.
package struct PluginBench {
    /// The times of one place.
    package struct Row: Codable, Sendable {
        /// `inline`, `pooled` or `isolated`.
        package let execution: String
        /// Calls measured.
        package let calls: Int
        /// Half of the calls took less; nanoseconds, as the others.
        package let p50: UInt64
        /// Nine of ten.
        package let p90: UInt64
        /// 99 of 100.
        package let p99: UInt64
        /// 999 of 1,000.
        package let p999: UInt64
        /// What `p99` is above that of the inline calls.
        package var p99AboveInline: Int64 = 0
    }

    private static let warmUpCalls = 2_000
    private static let lineCount = 2

    private let plugin: PluginFile
    private let handler: String
    private let settingsJSON: [UInt8]
    private let command: WorkerCommand
    private let calls: Int
    private let pauseNanoseconds: UInt64
    private let snapshot = SyntheticSnapshot()

    /// A benchmark of a plugin's handler.
    ///
    /// `command` starts a worker that knows synthetic snapshots. `pauseNanoseconds` lie between two
    /// calls: with a pause everybody has gone to sleep when the next call comes.
    ///
    /// - Throws: `PluginError` when the file is no plugin.
    package init(
        path: String,
        handler: String,
        settingsJSON: String,
        command: WorkerCommand,
        calls: Int,
        pauseNanoseconds: UInt64
    ) throws(PluginError) {
        plugin = try PluginFile(path: path, expecting: nil)
        self.handler = handler
        self.settingsJSON = Array(settingsJSON.utf8)
        self.command = command
        self.calls = calls
        self.pauseNanoseconds = pauseNanoseconds
    }

    /// Measures the three places.
    ///
    /// - Throws: `PluginError` when the handler cannot be loaded or its calls fail.
    package func run() throws -> [Row] {
        let loaded = try Plugin.load(plugin, host: SyntheticSnapshot.services())
        guard let registration = loaded.handler(named: handler) else {
            throw PluginError(.invalidHandler, loaded.name, "has no handler \(handler)")
        }
        let binding = try LoadedModel(
            handler: registration,
            model: "bench",
            version: "1",
            settingsJSON: settingsJSON,
            artifactPath: ""
        )
        .bind(snapshot.view, keepingAlive: snapshot, reader: snapshot.reader)
        var rows = [
            try measure("inline") { call in
                HandlerStatus(rawValue: binding.execute(call, reader: snapshot.reader))
            },
            try pooled(binding), try isolated(registration.kind),
        ]
        for index in rows.indices {
            rows[index].p99AboveInline = Int64(rows[index].p99) - Int64(rows[0].p99)
        }
        return rows
    }

    private func pooled(_ binding: ModelBinding) throws -> Row {
        let waiter = BenchWaiter()
        let pool = HandlerPool(
            name: "bench",
            threads: 1,
            queueCapacity: 1,
            readers: SyntheticSnapshot.readers,
            completion: waiter.completion
        )
        return try measure("pooled", waiter, PooledBinding(binding, on: pool))
    }

    private func isolated(_ kind: HandlerKind) throws -> Row {
        let waiter = BenchWaiter()
        let model = try IsolatedModel(
            IsolatedModel.Source(
                plugin: plugin,
                handler: handler,
                kind: kind,
                model: "bench",
                version: "1",
                settingsJSON: settingsJSON,
                artifactPath: ""
            ),
            in: IsolatedModel.Environment(
                command: command,
                readablePaths: [],
                settings: WorkerSettings(),
                log: { _, _, _ in },
                notice: { _ in }
            ),
            completion: waiter.completion
        )
        let binding = try model.bind(SyntheticSnapshot.reference, keepingAlive: snapshot)
        return try measure("isolated", waiter, binding)
    }

    private func measure(
        _ execution: String,
        _ waiter: BenchWaiter,
        _ queue: any CallQueue
    ) throws -> Row {
        var patience = SpinPatience()
        return try measure(execution) { call in
            guard queue.submit(call) else { return .resourceExhausted }
            return waiter.wait(for: queue, &patience)
        }
    }

    private func measure(
        _ execution: String,
        _ execute: (HandlerCall) -> HandlerStatus
    ) throws -> Row {
        let call = BenchCall(lineCount: Self.lineCount)
        var times: [UInt64] = []
        times.reserveCapacity(calls)
        for index in 0..<Self.warmUpCalls + calls {
            call.prepare(recommends: handlerRecommends)
            pause()
            let start = MonotonicClock.nanoseconds
            let status = execute(call.call)
            let time = MonotonicClock.nanoseconds - start
            guard status.verdict != .failure else {
                throw PluginError(.workerFailed, execution, "a call ended \(status)")
            }
            if index >= Self.warmUpCalls { times.append(time) }
        }
        times.sort()
        func quantile(_ share: Double) -> UInt64 { times[Int(share * Double(times.count - 1))] }
        return Row(
            execution: execution,
            calls: times.count,
            p50: quantile(0.5),
            p90: quantile(0.9),
            p99: quantile(0.99),
            p999: quantile(0.999)
        )
    }

    private var handlerRecommends: Bool { plugin.inspection.note.kinds == [.recommend] }

    private func pause() {
        guard pauseNanoseconds > 0 else { return }
        BenchWaiter.sleep(pauseNanoseconds)
    }
}
