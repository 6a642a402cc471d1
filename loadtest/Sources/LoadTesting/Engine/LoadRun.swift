// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One run of load against one target.
package struct LoadRun: Sendable {
    /// What a run leaves.
    package struct Outcome: Sendable {
        /// What was measured, of all threads.
        package var record: RunRecord

        /// The totals.
        package var measurements: Measurements { Measurements(record) }
        /// Seconds from the start of the scored part until the last request ended.
        package var elapsedSeconds: Double { record.description.elapsedSeconds }
        /// Whether the run was stopped before its time.
        package var wasInterrupted: Bool { record.description.wasInterrupted }
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
    /// - Parameters:
    ///   - progress: Told of every second while the run goes on.
    ///   - willSend: Called once every connection was made, or one could not be.
    /// - Returns: what was measured.
    /// - Throws: `LoadTestError` when the target's name means nothing or a certificate file is none.
    package func run(
        progress: RunProgress? = nil,
        willSend: () -> Void = {}
    ) async throws -> Outcome {
        let writer = RecordWriter(progress: progress)
        let workers = try makeWorkers(writer)
        return await withTaskCancellationHandler {
            await run(workers, writer, willSend)
        } onCancel: {
            for worker in workers { worker.stop() }
        }
    }

    private func makeWorkers(_ writer: RecordWriter) throws -> [LoadWorker] {
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
                by: plan,
                recordingTo: writer
            )
            return LoadWorker(loop, thread: thread)
        }
    }

    private func run(
        _ workers: [LoadWorker],
        _ writer: RecordWriter,
        _ willSend: () -> Void
    ) async -> Outcome {
        for worker in workers { await worker.connect() }
        willSend()
        let clock = RunClock(start: MonotonicClock.now() + Self.leadNanoseconds, settings: settings)
        var description = RunDescription(settings, routes: table.routes)
        description.startedAt = Self.secondsSince1970(at: clock.scoredFrom)
        var backlog = clock.emptyBacklog
        for summary in await Self.summaries(workers, clock) {
            description.add(summary)
            backlog.add(summary.backlog)
        }
        let end = MonotonicClock.now()
        description.backlog = backlog.samples
        description.elapsedSeconds = Double(end - min(end, clock.scoredFrom)) / 1e9
        description.wasInterrupted = Task.isCancelled
        return Outcome(record: RunRecord(description, writer.finish()))
    }

    private static func summaries(
        _ workers: [LoadWorker],
        _ clock: RunClock
    ) async -> [ThreadSummary] {
        await withTaskGroup(of: ThreadSummary.self) { group in
            for worker in workers { group.addTask { await worker.run(clock) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func secondsSince1970(at deadline: UInt64) -> Double {
        let untilThen = Double(deadline) - Double(MonotonicClock.now())
        return Date.now.timeIntervalSince1970 + untilThen / 1e9
    }
}
