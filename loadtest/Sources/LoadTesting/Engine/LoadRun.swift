// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One run of load against one target.
package struct LoadRun: Sendable {
    /// What a run leaves.
    package struct Outcome: Sendable {
        /// What was measured, of all threads.
        package let measurements: Measurements
        /// Seconds from the start of the scored part until the last request ended.
        package let elapsedSeconds: Double
        /// Whether the run was stopped before its time.
        package let wasInterrupted: Bool
    }

    /// From when everything is connected until the first request can be due.
    private static let leadNanoseconds: UInt64 = 20_000_000

    private let settings: LoadSettings
    private let table: RequestTable

    /// A run that sends requests of a table.
    package init(_ settings: LoadSettings, sending table: RequestTable) {
        self.settings = settings
        self.table = table
    }

    /// Connects, sends, waits for the last reply or its time-out; cancelling the task stops it early.
    ///
    /// - Parameter willSend: Called once every connection was made, or one could not be.
    /// - Returns: what was measured.
    /// - Throws: `LoadTestError` when the target's name means nothing or a certificate file is none.
    package func run(willSend: () -> Void = {}) async throws -> Outcome {
        let workers = try makeWorkers()
        return await withTaskCancellationHandler {
            await run(workers, willSend)
        } onCancel: {
            for worker in workers { worker.stop() }
        }
    }

    private func makeWorkers() throws -> [LoadWorker] {
        // OpenSSL writes to a broken connection as to any file, which would end the process.
        if settings.target.isSecure { signal(SIGPIPE, SIG_IGN) }
        DescriptorLimit.raise(forConnections: settings.allConnections)
        let address = try SocketAddress(host: settings.target.host, port: settings.target.port)
        let plans = LoadPlan.plans(settings, sending: table)
        return try plans.enumerated().map { thread, plan in
            let loop = try LoadLoop(
                thread: thread,
                of: settings,
                to: address,
                sending: table,
                by: plan
            )
            return LoadWorker(loop, thread: thread)
        }
    }

    private func run(_ workers: [LoadWorker], _ willSend: () -> Void) async -> Outcome {
        for worker in workers { await worker.connect() }
        willSend()
        let clock = RunClock(start: MonotonicClock.now() + Self.leadNanoseconds, settings: settings)
        let total = await withTaskGroup(of: Measurements.self) { group in
            for worker in workers { group.addTask { await worker.run(clock) } }
            return await group.reduce(into: Measurements(backlog: clock.emptyBacklog)) {
                $0.add($1)
            }
        }
        let end = MonotonicClock.now()
        return Outcome(
            measurements: total,
            elapsedSeconds: Double(end - min(end, clock.scoredFrom)) / 1e9,
            wasInterrupted: Task.isCancelled
        )
    }
}
