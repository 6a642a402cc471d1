// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

/// One version of a model, bound to one snapshot and ready to answer.
package final class ServedVersion: Sendable {
    /// Name in the config, such as `2`.
    ///
    /// Lifetime: that of the object, as everything the path reads.
    package let name: StableBytes
    /// Position among all versions of the state: names its series and quantiles.
    package let ordinal: Int
    /// False while the version's kill switch is on: it answers nobody, whoever is assigned it.
    package let isEnabled: Bool
    /// Where the handler runs, bound to the state's snapshot.
    package let placement: HandlerPlacement
    /// What goes in and out of the handler.
    package let description: ModelDescription
    /// Shared by all loops and kept across snapshots and reloads.
    package let breaker: CircuitBreaker
    /// Counts the handler's calls.
    package let series: VersionSeries
    /// Times the requests it answers.
    package let requestDuration: HistogramSeries
    /// Its shadow role; nil when it gets no copies of live requests.
    package let shadow: ServedShadow?

    /// Gathers the parts of a version.
    package init(
        name: String,
        ordinal: Int,
        isEnabled: Bool = true,
        placement: HandlerPlacement,
        description: ModelDescription,
        breaker: CircuitBreaker,
        series: VersionSeries,
        requestDuration: HistogramSeries,
        shadow: ServedShadow? = nil
    ) {
        self.name = StableBytes(name)
        self.ordinal = ordinal
        self.isEnabled = isEnabled
        self.placement = placement
        self.description = description
        self.breaker = breaker
        self.series = series
        self.requestDuration = requestDuration
        self.shadow = shadow
    }
}

/// Who is bucketed for a model, in order of preference.
package enum UnitSource: String, Sendable, CaseIterable {
    case customerID = "customer_id"
    case sessionID = "session_id"
    case shop
}

/// A model with all its versions and the split between them.
package final class ServedModel: Sendable {
    /// What the model's handlers answer.
    package enum Kind: String, Sendable {
        case price
        case recommend
    }

    /// Name in the config.
    package let name: StableBytes
    /// What its handlers answer.
    package let kind: Kind
    /// In the order of their names.
    package let versions: [ServedVersion]
    /// Those of the versions that get copies of live requests.
    let shadowed: [ServedVersion]
    /// Index of the version a failing one falls back to.
    package let stable: Int
    /// Who is assigned which version, by index into `versions`.
    package let split: TrafficSplit
    /// The first of these that a request names is its unit.
    package let unitSources: [UnitSource]

    /// Gathers the parts of a model.
    package init(
        name: String,
        kind: Kind,
        versions: [ServedVersion],
        stable: Int,
        split: TrafficSplit,
        unitSources: [UnitSource]
    ) {
        self.name = StableBytes(name)
        self.kind = kind
        self.versions = versions
        shadowed = versions.filter { $0.shadow != nil }
        self.stable = stable
        self.split = split
        self.unitSources = unitSources
    }

    /// The version with that name.
    func version(named name: UnsafeRawBufferPointer) -> ServedVersion? {
        versions.first { $0.name.bytes.isEqual(to: name) }
    }
}

/// Bytes with a fixed address, so that the request path reads them without a copy or a closure.
package final class StableBytes: @unchecked Sendable {  // never written after init
    /// The bytes.
    ///
    /// Lifetime: that of the object.
    package let bytes: UnsafeRawBufferPointer

    /// Copies the UTF-8 of a text.
    package init(_ text: String) {
        let utf8 = Array(text.utf8)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: utf8.count, alignment: 1)
        copy.copyBytes(from: utf8)
        bytes = UnsafeRawBufferPointer(copy)
    }

    deinit {
        bytes.deallocate()
    }

    /// The text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
