// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Glibc

/// Brings faults about and undoes them; whatever still stands is known, so that nothing is left behind.
package struct ChaosInjector: Sendable {
    /// How to undo what was done.
    private enum Undo {
        case resume(pid_t)
        case restore(ConfigChange.Applied, pidFile: String)
        case publish(SnapshotID, store: String)
        case remove(DamagedSnapshot)
    }

    private let faults: [ChaosFault]
    private var standing: [Int: Undo] = [:]

    /// An injector that has done nothing.
    package init(_ faults: [ChaosFault]) { self.faults = faults }

    /// Finds what every fault is about, before any load is sent.
    ///
    /// - Throws: `ChaosError` for the first fault that could not be brought about now.
    package func check() throws(ChaosError) {
        for fault in faults {
            switch fault.action {
            case .stop(let file), .kill(let file), .killWorker(let file), .restart(let file):
                try ProcessSignals.send(0, to: try ProcessSignals.pid(in: file))
            case .config(let change, let file):
                try ProcessSignals.send(0, to: try ProcessSignals.pid(in: file))
                _ = try change.contents()
            case .snapshot(let store, let id): _ = try Self.snapshots(store, id)
            case .damagedSnapshot(let store): try DamagedSnapshot.check(store: store)
            }
        }
    }

    /// Brings a fault about.
    ///
    /// - Returns: What was done, in a few words.
    package mutating func begin(_ index: Int) throws(ChaosError) -> String {
        switch faults[index].action {
        case .stop(let file):
            let pid = try ProcessSignals.pid(in: file)
            try ProcessSignals.send(SIGSTOP, to: pid)
            standing[index] = .resume(pid)
            return "SIGSTOP to \(pid)"
        case .kill(let file): return try signal(SIGKILL, "SIGKILL", file)
        case .restart(let file): return try signal(SIGUSR2, "SIGUSR2", file)
        case .killWorker(let file):
            let worker = try ProcessSignals.worker(of: try ProcessSignals.pid(in: file))
            try ProcessSignals.send(SIGKILL, to: worker)
            return "SIGKILL to worker \(worker)"
        case .config(let change, let file):
            standing[index] = .restore(try change.apply(), pidFile: file)
            return "config changed, " + (try signal(SIGHUP, "SIGHUP", file))
        case .snapshot(let store, let id):
            let (current, next) = try Self.snapshots(store, id)
            try Self.publish(next, store)
            standing[index] = .publish(current, store: store)
            return "published \(next)"
        case .damagedSnapshot(let store):
            let damaged = try DamagedSnapshot(publishedIn: store)
            standing[index] = .remove(damaged)
            return "published \(damaged.id), damaged"
        }
    }

    /// Undoes a fault; one that is over already is left alone.
    ///
    /// - Returns: What was done, in a few words; nil when there was nothing to do.
    package mutating func end(_ index: Int) throws(ChaosError) -> String? {
        guard let undo = standing.removeValue(forKey: index) else { return nil }
        switch undo {
        case .resume(let pid):
            try ProcessSignals.send(SIGCONT, to: pid)
            return "SIGCONT to \(pid)"
        case .restore(let applied, let file):
            try applied.undo()
            return "config restored, " + (try signal(SIGHUP, "SIGHUP", file))
        case .publish(let id, let store):
            try Self.publish(id, store)
            return "published \(id) again"
        case .remove(let damaged):
            try damaged.remove()
            return "published \(damaged.original) again, removed \(damaged.id)"
        }
    }

    private func signal(_ number: Int32, _ name: String, _ file: String) throws(ChaosError)
        -> String
    {
        let pid = try ProcessSignals.pid(in: file)
        try ProcessSignals.send(number, to: pid)
        return "\(name) to \(pid)"
    }

    // MARK: Snapshots

    /// The published snapshot and the one to publish; `previous` is the one before it.
    private static func snapshots(
        _ directory: String,
        _ name: String
    ) throws(ChaosError) -> (current: SnapshotID, next: SnapshotID) {
        do {
            let store = SnapshotStore(directory: directory)
            let ids = try store.ids()
            guard let current = try store.current() else {
                throw ChaosError("\(directory): no snapshot is published")
            }
            let next = name == "previous" ? ids.last { $0 < current } : SnapshotID(name)
            guard let next, ids.contains(next) else {
                throw ChaosError("\(directory): there is no snapshot `\(name)`")
            }
            return (current, next)
        } catch let error as ChaosError {
            throw error
        } catch {
            throw ChaosError("\(error)")
        }
    }

    private static func publish(_ id: SnapshotID, _ directory: String) throws(ChaosError) {
        do {
            try SnapshotStore(directory: directory).publish(id)
        } catch {
            throw ChaosError("\(error)")
        }
    }
}
