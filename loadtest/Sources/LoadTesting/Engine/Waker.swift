// SPDX-License-Identifier: Apache-2.0
import CEpoll
import Glibc
import Synchronization

/// Tells a thread that waits in a `Poller` to stop.
final class Waker: Sendable {
    let descriptor: Int32
    private let wasUsed = Atomic(false)

    /// - Throws: `LoadTestError` when the process has no descriptor left.
    init() throws {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw LoadTestError.systemCall("eventfd", errno) }
    }

    deinit { close(descriptor) }

    /// Whether the thread shall stop.
    var isStopped: Bool { wasUsed.load(ordering: .acquiring) }

    /// Stops the thread; every wait from now on ends at once.
    func stop() {
        wasUsed.store(true, ordering: .releasing)
        _ = eventfd_write(descriptor, 1)
    }
}
