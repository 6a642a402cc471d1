// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayCore
import Synchronization

/// States that no longer serve, kept until nobody else holds them.
///
/// The last reference to a state falls here and not on an event loop or a handler's thread: letting
/// go of one unbinds its models and unmaps its snapshot, which may take milliseconds.
final class RetiredStates: Sendable {
    fileprivate struct Content: Sendable {
        var states: [ServingState] = []
        /// Of states that are gone; each once, some may serve still.
        var snapshots: [FeatureSnapshot] = []
    }

    private let content = Mutex(Content())

    var isEmpty: Bool { content.withLock { $0.states.isEmpty && $0.snapshots.isEmpty } }

    /// Takes a state that was replaced.
    func add(_ state: ServingState) { content.withLock { $0.states.append(state) } }

    /// The snapshots that are still read, but for the one that serves.
    func snapshots(besides serving: FeatureSnapshot?) -> [String] {
        let all = content.withLock { $0.snapshots + $0.states.map(\.snapshot) }
        return Set(all.filter { $0 !== serving }.map(\.id)).sorted()
    }

    /// Lets go of what nobody else holds any more.
    ///
    /// Loading thread only: this is where teardown happens.
    func sweep() {
        // Taken out, so that teardown happens outside the lock.
        var mine = content.withLock { content in
            defer { content = Content() }
            return content
        }
        mine.sweep()
        content.withLock {
            $0.states += mine.states
            $0.snapshots += mine.snapshots
        }
    }
}

extension RetiredStates.Content {
    fileprivate mutating func sweep() {
        for index in states.indices.reversed() where isKnownUniquelyReferenced(&states[index]) {
            let snapshot = states.remove(at: index).snapshot
            if !snapshots.contains(where: { $0 === snapshot }) { snapshots.append(snapshot) }
        }
        for index in snapshots.indices.reversed()
        where isKnownUniquelyReferenced(&snapshots[index]) {
            snapshots.remove(at: index)
        }
    }
}
