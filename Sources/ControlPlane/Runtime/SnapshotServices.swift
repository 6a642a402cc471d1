// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import Logging
import PluginHost

/// What the gateway lends the plugin host: its log, and reads of snapshots.
enum SnapshotServices {
    static func log(_ logger: Logger) -> PluginHostServices.Log {
        { level, plugin, text in
            logger.log(
                level: Logger.Level(level),
                "\(String(decoding: text, as: UTF8.self))",
                metadata: ["plugin": "\(plugin)"]
            )
        }
    }

    static func hostServices(log: @escaping PluginHostServices.Log) -> PluginHostServices {
        PluginHostServices(
            log: log,
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
    }

    /// Gives each pool thread a reader of its own for each snapshot it works on.
    static let readers = ReaderProvider(
        make: { owner in
            guard let snapshot = owner as? FeatureSnapshot,
                let reader = try? snapshot.makeReader()
            else { return nil }
            return Unmanaged.passRetained(reader).toOpaque()
        },
        release: { Unmanaged<SnapshotReader>.fromOpaque($0).release() }
    )
}

extension Logger.Level {
    fileprivate init(_ level: LogLevel) {
        switch level {
        case .debug: self = .debug
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}
