// SPDX-License-Identifier: Apache-2.0

/// A set of capability bits, with their names for people.
///
/// Source: sluice_plugin.h, "Small types".
package struct CapabilitySet: OptionSet, Hashable, Sendable, Codable {
    /// The bits as the header numbers them.
    package let rawValue: UInt64

    /// The capabilities of these bits; unknown ones are kept.
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Row look-ups and named large values.
    package static let snapshotRead = CapabilitySet(rawValue: 1 << 0)
    /// Counters and histograms.
    package static let metrics = CapabilitySet(rawValue: 1 << 1)
    /// Calls that end after `execute` has returned.
    package static let lateCompletion = CapabilitySet(rawValue: 1 << 2)
    /// Asking whether anybody still waits.
    package static let cancellation = CapabilitySet(rawValue: 1 << 3)

    /// Everything this host offers.
    package static let offered: CapabilitySet = [
        .snapshotRead, .metrics, .lateCompletion, .cancellation,
    ]

    private static let names = [
        "snapshot-read", "metrics", "late-completion", "cancellation",
    ]

    /// The members' names, lowest bit first; an unknown bit shows as its number.
    package var names: [String] {
        (0..<64).filter { rawValue >> $0 & 1 == 1 }
            .map { $0 < Self.names.count ? Self.names[$0] : "bit \($0)" }
    }
}

/// What a handler answers.
package enum HandlerKind: UInt32, Hashable, Sendable, Codable, CaseIterable {
    case price = 1
    case recommend = 2
    case infer = 3

    /// The name as the header writes it, in lower case.
    package var name: String {
        switch self {
        case .price: "price"
        case .recommend: "recommend"
        case .infer: "infer"
        }
    }

    var bit: UInt32 { 1 << rawValue }
}

/// Where a handler wishes to run.
package enum HandlerExecution: UInt32, Hashable, Sendable, Codable {
    case inline = 1
    case pooled = 2
    case isolated = 3
}

/// Whether a model takes one call at a time.
package enum HandlerThreading: UInt32, Hashable, Sendable, Codable {
    case serial = 1
    case reentrant = 2
}

/// A version of the protocol.
package struct ABIVersion: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Equal on both sides, or nothing is understood.
    package let major: UInt32
    /// Not above the host's.
    package let minor: UInt32

    /// The two numbers with a dot between.
    package var description: String { "\(major).\(minor)" }
}
