// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// Runs what takes long, so that neither the event loops nor the tasks of the control plane feel it:
/// each piece of work on a thread of its own, at the lowest priority for processors and disks.
///
/// Threads and processes started there inherit the priority, so those of handlers are started
/// elsewhere.
package enum LoadingThread {
    /// As the system's thread list shows it.
    private static let name = "sluice-loading"

    /// Runs `work` and waits without holding a thread.
    ///
    /// - Throws: what `work` throws, and `GatewayFault` when no thread can be started.
    package static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job {
                let result = Swift.Result { try work() }
                return { continuation.resume(with: result) }
            }
            guard let status = start(job) else { return }
            continuation.resume(
                throwing: GatewayFault(name, "cannot start: \(String(cString: strerror(status)))")
            )
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
