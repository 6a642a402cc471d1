// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOPosix

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
    /// - Throws: when the target's name cannot be resolved.
    package func run(
        progress: RunProgress? = nil,
        willSend: () -> Void = {}
    ) async throws -> Outcome {
        let address = try SocketAddress.makeAddressResolvingHost(
            settings.target.host,
            port: settings.target.port
        )
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
        let writer = RecordWriter(progress: progress)
        let loops = try await makeLoops(on: group, address, writer)
        let outcome = try await withTaskCancellationHandler {
            try await run(loops, writer, willSend)
        } onCancel: {
            for loop in loops { loop.eventLoop.execute { loop.value.stop() } }
        }
        try await group.shutdownGracefully()
        return outcome
    }

    private func makeLoops(
        on group: MultiThreadedEventLoopGroup,
        _ address: SocketAddress,
        _ writer: RecordWriter
    ) async throws -> [NIOLoopBound<LoadLoop>] {
        var loops: [NIOLoopBound<LoadLoop>] = []
        for (thread, eventLoop) in group.makeIterator().enumerated() {
            let loop = try await eventLoop.submit {
                let loop = LoadLoop(
                    on: eventLoop,
                    thread: thread,
                    of: settings,
                    to: address,
                    sending: table,
                    recordingTo: writer
                )
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
            loops.append(loop)
        }
        return loops
    }

    private func run(
        _ loops: [NIOLoopBound<LoadLoop>],
        _ writer: RecordWriter,
        _ willSend: () -> Void
    ) async throws -> Outcome {
        for loop in loops {
            try await loop.eventLoop.flatSubmit {
                loop.value.dial()
                return loop.value.isConnected.futureResult
            }.get()
        }
        willSend()
        let start = NIODeadline.now().uptimeNanoseconds + Self.leadNanoseconds
        let clock = RunClock(start: start, settings: settings)
        for loop in loops { loop.eventLoop.execute { loop.value.start(clock) } }
        var description = RunDescription(settings, routes: table.routes)
        description.startedAt = Self.secondsSince1970(at: clock.scoredFrom)
        var backlog = clock.emptyBacklog
        for loop in loops {
            let summary = try await loop.eventLoop.flatSubmit {
                loop.value.isFinished.futureResult.map { loop.value.summary }
            }.get()
            description.add(summary)
            backlog.add(summary.backlog)
        }
        let end = NIODeadline.now().uptimeNanoseconds
        description.backlog = backlog.samples
        description.elapsedSeconds = Double(end - min(end, clock.scoredFrom)) / 1e9
        description.wasInterrupted = Task.isCancelled
        return Outcome(record: RunRecord(description, writer.finish()))
    }

    private static func secondsSince1970(at deadline: UInt64) -> Double {
        let untilThen = Double(deadline) - Double(NIODeadline.now().uptimeNanoseconds)
        return Date.now.timeIntervalSince1970 + untilThen / 1e9
    }
}
