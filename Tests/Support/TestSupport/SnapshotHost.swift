// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import PluginHost

/// What a gateway lends plugins, without a log.
///
/// A plugin keeps the services it was loaded with first, so all tests of one process that bind a
/// built plugin to a real snapshot must use these.
package enum SnapshotHost {
    /// Reads of real snapshots.
    package static let services = PluginHostServices(
        log: { _, _, _ in },
        findRow: { reader, entity, key in
            Unmanaged<SnapshotReader>.fromOpaque(reader).takeUnretainedValue()
                .findRow(
                    entity: Int(entity),
                    key: UnsafeRawBufferPointer(start: key.data, count: Int(key.size))
                )
        },
        blob: { snapshot, name in
            Unmanaged<FeatureSnapshot>.fromOpaque(snapshot).takeUnretainedValue().blob(name)
        }
    )

    /// Gives each pool thread a reader of its own for each snapshot it works on.
    package static let readers = ReaderProvider(
        make: { owner in
            guard let snapshot = owner as? FeatureSnapshot,
                let reader = try? snapshot.makeReader()
            else { return nil }
            return Unmanaged.passRetained(reader).toOpaque()
        },
        release: { Unmanaged<SnapshotReader>.fromOpaque($0).release() }
    )
}
