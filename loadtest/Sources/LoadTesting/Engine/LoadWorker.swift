// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// A loop on a thread of its own.
///
/// Concurrency: `@unchecked` because the loop, which is not `Sendable`, is touched on `queue` alone.
final class LoadWorker: @unchecked Sendable {
    private let loop: LoadLoop
    private let waker: Waker
    private let queue: DispatchQueue

    init(_ loop: LoadLoop, thread: Int) {
        self.loop = loop
        waker = loop.poller.waker
        queue = DispatchQueue(label: "load-\(thread)", qos: .userInteractive)
    }

    /// Makes the connections; returns when each was made, or one could not be.
    func connect() async { await perform { $0.connect() } }

    /// Sends by this clock until every request has ended, or `stop` was called.
    func run(_ clock: RunClock) async -> ThreadSummary {
        await perform {
            $0.run(clock)
            return $0.summary
        }
    }

    /// Stops sending; what is on its way counts as unfinished.
    func stop() { waker.stop() }

    private func perform<Result: Sendable>(
        _ work: @escaping @Sendable (LoadLoop) -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work(self.loop)) }
        }
    }
}
