// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import PluginHost

/// The other side of `WorkerHost`: what `sluice worker` runs.
package enum WorkerProgram {
    /// Serves one model to the gateway that started this process, until that says stop or is gone.
    ///
    /// - Parameters:
    ///   - nonce: the gateway's word for this process.
    ///   - usesSyntheticSnapshot: for benchmarks, which have no store.
    package static func run(nonce: String, usesSyntheticSnapshot: Bool) -> Never {
        IsolatedWorker.run(
            nonce: nonce,
            services: usesSyntheticSnapshot ? SyntheticSnapshot.workerServices : services
        )
    }

    private static let services = WorkerServices(
        host: { SnapshotServices.hostServices(log: $0) },
        readers: SnapshotServices.readers,
        openSnapshot: { reference in
            let location = try JSONDecoder().decode(
                SnapshotLocation.self,
                from: Data(reference.text.utf8)
            )
            let snapshot = try location.open()
            return (snapshot.view, snapshot)
        }
    )
}

extension SnapshotServices {
    /// Names a mapped snapshot for a worker, which maps the same file.
    static func reference(to snapshot: FeatureSnapshot) throws -> SnapshotReference {
        let text = try JSONEncoder().encode(snapshot.location)
        return SnapshotReference(String(decoding: text, as: UTF8.self))
    }
}
