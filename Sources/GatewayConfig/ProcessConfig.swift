// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// The control plane's listener.
package struct ControlConfig: Hashable, Sendable, Encodable {
    /// The address to listen on; loopback, because there is no login.
    package var host = "127.0.0.1"
    /// The port to listen on; 0 for any free one.
    package var port = 9090
    /// Names it goes by in the Host field, besides addresses, `localhost` and `host`.
    package var allowedHosts: [String] = []

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("host", .identifier, into: &host)
        object.read("port", .integer(in: ConfigLimits.port), into: &port)
        object.read(
            "allowed_hosts",
            .array(of: .identifier, allowsEmpty: true),
            into: &allowedHosts
        )
    }
}

/// What is logged, and how.
package struct LogConfig: Hashable, Sendable, Encodable {
    /// How much is logged; the levels of swift-log.
    package enum Level: String, CaseIterable, Sendable, Encodable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// How a line looks.
    package enum Format: String, CaseIterable, Sendable, Encodable { case json, text }

    /// The least severe level that is logged.
    package var level = Level.info
    /// One JSON object per line, or text for people.
    package var format = Format.json

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("level", .choice(), into: &level)
        object.read("format", .choice(), into: &format)
    }
}

/// Where snapshots are, and how they are kept.
package struct SnapshotsConfig: Hashable, Sendable, Encodable {
    /// The snapshot store's folder, absolute.
    package var directory: String
    /// How often to look for a newly published snapshot.
    package var pollIntervalNanoseconds: UInt64 = .seconds(1)
    /// Snapshots to keep on disk.
    package var keep = 3
    /// Bytes a second that loading one may read: a large snapshot takes its time, others keep theirs.
    package var loadBytesPerSecond = 256 << 20

    init?(_ object: ObjectDecoder) {
        let directory = object.required("directory", .path)
        let interval: ClosedRange<Duration> = .milliseconds(10) ... .seconds(3600)
        object.read("poll_interval", .nanoseconds(in: interval), into: &pollIntervalNanoseconds)
        object.read("keep", .integer(in: ConfigLimits.snapshotsKept), into: &keep)
        object.read(
            "load_bandwidth",
            .byteSize(in: ConfigLimits.loadBandwidth),
            into: &loadBytesPerSecond
        )
        guard let directory else { return nil }
        self.directory = directory
    }
}

/// Units that get the stable version everywhere, to measure all experiments against.
package struct HoldoutConfig: Hashable, Sendable, Encodable {
    /// The salt that picks them.
    package var salt = "holdout"
    /// Their share of all units.
    package var basisPoints = 0

    /// The defaults: nobody.
    package init() {}

    init(_ object: ObjectDecoder) {
        object.read("salt", .identifier, into: &salt)
        object.read("basis_points", .basisPoints(), into: &basisPoints)
    }
}
