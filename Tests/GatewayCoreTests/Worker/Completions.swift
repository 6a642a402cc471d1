// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Synchronization
import TestSupport

/// The completions of a pool, kept until the test hands them to the worker.
final class Completions: Sendable {
    private let ended = Mutex<[(call: HandlerCall, status: Int32)]>([])

    var count: Int { ended.withLock { $0.count } }

    func makePool(
        threads: Int = 2,
        queue: Int = 8,
        law: (any QueueLaw)? = nil
    ) -> HandlerPool {
        HandlerPool(
            name: "fake",
            threads: threads,
            queueCapacity: queue,
            law: law,
            readers: SnapshotHost.readers,
            completion: { call, status in self.ended.withLock { $0.append((call, status)) } }
        )
    }

    func take() -> [(call: HandlerCall, status: Int32)] {
        ended.withLock { ended in
            defer { ended.removeAll() }
            return ended
        }
    }
}
