// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Synchronization

/// Runs what takes long, so that neither the event loops nor the tasks of the control plane feel it:
/// each piece of work on a thread of its own, at the lowest priority for processors and disks.
///
/// Threads and processes started there inherit the priority, so those of handlers are started
/// elsewhere.
package enum LoadingThread {
    /// As the system's thread list shows it.
    private static let name = "sluice-loading"

    /// Runs `work`, which calls into plugins, and gives it up after so long: its thread is left alone, and
    /// what the work returns too late is dropped.
    ///
    /// - Parameters:
    ///   - nanoseconds: How long it may take.
    ///   - stuck: Counts threads that were left alone; refuses when there are too many.
    ///   - subject: What the plugin was at, asked when time is up.
    ///   - work: What takes long.
    /// - Returns: what `work` returns in time.
    /// - Throws: what `work` throws, `CancellationError`, and `GatewayFault` when time is up, no thread can
    ///   be started or too many are stuck.
    static func run<Result: Sendable>(
        within nanoseconds: UInt64,
        _ stuck: StuckThreads,
        subject: @escaping @Sendable () -> String,
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try stuck.checkRoom()
        let attempt = stuck.begin()
        let ending = Ending<Result>()
        let watch = Task {
            try await Task.sleep(nanoseconds: nanoseconds)
            guard attempt.giveUp() else { return }
            let text = "did not return within \(nanoseconds / 1_000_000) ms and was given up"
            ending.resume(with: .failure(GatewayFault(subject(), text)))
        }
        defer { watch.cancel() }
        return try await run(ending) {
            defer { attempt.end() }
            return try work()
        }
    }

    /// Runs `work` and waits without holding a thread.
    ///
    /// Nothing can interrupt the work: a task that is cancelled leaves it to its thread, so that a
    /// gateway that is told to stop does not wait for a snapshot.
    ///
    /// - Throws: what `work` throws, `CancellationError`, and `GatewayFault` when no thread can be
    ///   started.
    package static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await run(Ending<Result>(), work)
    }

    private static func run<Result: Sendable>(
        _ ending: Ending<Result>,
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard ending.isAwaited(by: continuation) else { return }
                let job = Job {
                    let result = Swift.Result { try work() }
                    return { ending.resume(with: result) }
                }
                guard let status = start(job) else { return }
                let text = String(cString: strerror(status))
                ending.resume(with: .failure(GatewayFault(name, "cannot start: \(text)")))
            }
        } onCancel: {
            ending.resume(with: .failure(CancellationError()))
        }
    }

    /// The first of the work's end and the task's cancellation.
    private final class Ending<Result: Sendable>: Sendable {
        private enum State {
            case new
            case awaited(CheckedContinuation<Result, any Error>)
            case over
        }

        private let state = Mutex(State.new)

        /// False when the task was cancelled before; it has then been told.
        func isAwaited(by continuation: CheckedContinuation<Result, any Error>) -> Bool {
            let isOver = state.withLock { state in
                if case .over = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isOver { continuation.resume(throwing: CancellationError()) }
            return !isOver
        }

        func resume(with result: Swift.Result<Result, any Error>) {
            let before = state.withLock { state in
                defer { state = .over }
                return state
            }
            if case .awaited(let continuation) = before { continuation.resume(with: result) }
        }
    }

    /// Nil, or why there is no thread.
    private static func start(_ job: Job) -> Int32? {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(job).toOpaque()
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            argument
        )
        guard status == 0 else {
            Unmanaged<Job>.fromOpaque(argument).release()
            return status
        }
        pthread_detach(thread)
        return nil
    }

    private final class Job {
        private var work: (() -> () -> Void)?

        init(_ work: @escaping () -> () -> Void) { self.work = work }

        /// What the work held is gone before anybody hears that it has ended.
        func run() {
            linux_thread_set_name(name)
            // Without the right to it the work is done all the same.
            linux_thread_set_background()
            let resume = work?()
            work = nil
            resume?()
        }
    }
}
