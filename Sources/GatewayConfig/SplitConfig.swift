// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// Who gets which version.
package struct SplitConfig: Hashable, Sendable, Encodable {
    /// A field of a request that can say who asks.
    package enum Unit: String, CaseIterable, Sendable, Encodable {
        case customerID = "customer_id"
        case sessionID = "session_id"
        case shop
    }

    /// The salt that picks the arm; a new one deals everybody anew.
    package let salt: String
    /// The salt of the layer: splits of one layer never overlap.
    package let layer: String
    /// The buckets of the layer that this split owns, of 10,000.
    package let layerBuckets: Range<Int>
    /// Who is bucketed: the first of these fields that a request has.
    package let unit: [Unit]
    /// The share of units that take part; raising it never moves anyone.
    package let coverageBasisPoints: Int
    /// Each version's share in basis points, summing to 10,000.
    package let weights: [String: Int]

    init?(_ object: ObjectDecoder) {
        let salt = object.required("salt", .identifier)
        let layer = object.required("layer", .identifier)
        let unit = object.optional(
            "unit",
            .array(of: .choice(Unit.self)),
            default: [.customerID, .sessionID]
        )
        let coverage = object.optional(
            "coverage",
            .basisPoints(),
            default: ConfigLimits.wholeBasisPoints
        )
        let buckets = Self.layerBuckets(object)
        let weights = object.required("weights", .map(of: .basisPoints()))
        if let weights { Self.checkSum(weights, object) }
        guard let salt, let layer, let buckets, let weights else { return nil }
        self.salt = salt
        self.layer = layer
        layerBuckets = buckets
        self.unit = unit
        coverageBasisPoints = coverage
        self.weights = weights
    }

    /// `[first, end]`, the whole layer when it is not given; nil when it is wrong.
    private static func layerBuckets(_ object: ObjectDecoder) -> Range<Int>? {
        let whole = 0..<ConfigLimits.wholeBasisPoints
        guard object.has("layer_buckets") else { return whole }
        let bounds = ValueDecoder<Int>.integer(in: 0...whole.upperBound)
        // A bound that failed to decode has its own error.
        guard let ends = object.optional("layer_buckets", .array(of: bounds)),
            ends.count == object.elements(of: "layer_buckets").count
        else { return nil }
        guard ends.count == 2, ends[0] < ends[1] else {
            let message = "`layer_buckets` must be `[first, end]` with `first` below `end`"
            object.report(.order, message, at: object.span(of: "layer_buckets"))
            return nil
        }
        return ends[0]..<ends[1]
    }

    private static func checkSum(_ weights: [String: Int], _ object: ObjectDecoder) {
        let entries = object.entries(of: "weights")
        let sum = weights.values.reduce(0, +)
        // A weight that failed to decode has its own error and would make the sum a false one.
        guard sum != ConfigLimits.wholeBasisPoints, weights.count == entries.count,
            let first = entries.first
        else { return }
        let notes = entries.dropFirst().map { entry in
            Diagnostic.Note("and version `\(entry.key)` here", at: entry.value.span)
        }
        let message = "the weights sum to \(sum) basis points, must be 10000"
        object.report(.splitSum, message, at: first.value.span, notes: notes)
    }
}
