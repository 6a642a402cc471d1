// SPDX-License-Identifier: Apache-2.0
import Dispatch
import PluginHost
import Synchronization

/// Waits on a loading thread for calls that a pool or a worker process runs.
///
/// One call at a time.
final class RehearsalCalls: Sendable {
    private struct Waiting {
        let call: HandlerCall
        let ended = DispatchSemaphore(value: 0)
        var status: Int32?
    }

    private let waiting = Mutex<Waiting?>(nil)

    /// Runs a call and waits for its end; nil when it took too long, and then it was given up.
    ///
    /// A queue that is full or stuck says nothing about the version: CANCELLED.
    func run(
        _ call: HandlerCall,
        on queue: any CallQueue,
        timeoutNanoseconds: UInt64
    ) -> HandlerStatus? {
        guard !queue.isStuck else { return .cancelled }
        let mine = Waiting(call: call)
        waiting.withLock { $0 = mine }
        defer { waiting.withLock { $0 = nil } }
        guard queue.submit(call) else { return .cancelled }
        let deadline = DispatchTime.now() + .nanoseconds(Int(clamping: timeoutNanoseconds))
        if mine.ended.wait(timeout: deadline) == .success {
            return waiting.withLock { $0?.status }.map(HandlerStatus.init)
        }
        queue.abandon(call)
        return nil
    }

    /// Takes a call back; one that nobody waits for any more is dropped.
    func ended(_ call: HandlerCall, _ status: Int32) {
        waiting.withLock { waiting in
            guard waiting?.call === call else { return }
            waiting?.status = status
            waiting?.ended.signal()
        }
    }
}
