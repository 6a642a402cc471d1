// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A POSIX semaphore: posting never blocks.
///
/// `@unchecked Sendable` because the C functions are made for use from every thread.
final class Semaphore: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func post() { sem_post(semaphore) }

    func wait() { while sem_wait(semaphore) != 0 {} }

    /// Waits at most so long; true when it was posted.
    func wait(nanosecondsMax: UInt64) -> Bool {
        linux_semaphore_wait_until(semaphore, MonotonicClock.nanoseconds + nanosecondsMax) == 0
    }
}
