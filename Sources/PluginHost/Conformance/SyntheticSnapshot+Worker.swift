// SPDX-License-Identifier: Apache-2.0

extension SyntheticSnapshot {
    /// Names a snapshot of this kind for a worker, which makes one of its own.
    package static let reference = SnapshotReference("synthetic")

    /// Readers of snapshots of this kind: the snapshots themselves.
    package static let readers = ReaderProvider(
        make: { Unmanaged.passUnretained($0 as AnyObject).toOpaque() },
        release: { _ in }
    )

    /// What a worker process needs to try plugins without a store.
    package static let workerServices = WorkerServices(
        host: { services(log: $0) },
        readers: readers,
        openSnapshot: { _ in
            let snapshot = SyntheticSnapshot()
            return (UnsafePointer(snapshot.view), snapshot)
        }
    )
}
