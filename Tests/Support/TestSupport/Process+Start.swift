// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

extension Process {
    private static let starting = Mutex(())

    /// Runs it, while no other test starts a process.
    ///
    /// Foundation closes in a child what is open when it looks; what it opens meanwhile to start another
    /// one would stay open in the child, and nobody would notice that the other has ended.
    package func start() throws {
        try Self.starting.withLock { _ in try run() }
    }
}
