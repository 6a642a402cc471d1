// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// The routes that are served; an absent one answers 404.
package struct RoutesConfig: Hashable, Sendable, Encodable {
    /// `POST /v1/prices`.
    package let prices: PriceRouteConfig?
    /// `GET` and `POST /v1/recommendations`.
    package let recommendations: RecommendationRouteConfig?

    init(_ object: ObjectDecoder) {
        prices = object.optional("prices", .object(PriceRouteConfig.init))
        recommendations = object.optional(
            "recommendations",
            .object(RecommendationRouteConfig.init)
        )
    }
}

/// How prices are answered.
package struct PriceRouteConfig: Hashable, Sendable, Encodable {
    /// The model, of kind `price`.
    package var model: String
    /// Time for a whole request, unless the caller gives less.
    package var budgetNanoseconds: UInt64 = .milliseconds(50)
    /// Lines of one cart.
    package var linesMax = 500
    /// How long the caller may use the prices.
    package var expiresInNanoseconds: UInt64 = .seconds(300)
    /// The band every price must stay in.
    package var priceGuard = PriceGuardConfig()
    /// Prices remembered for when no version answers.
    package var lastKnownGood = AnswerCacheConfig(capacity: 4096, maximumAge: .seconds(600))

    init?(_ object: ObjectDecoder) {
        let model = object.required("model", .identifier)
        self.model = model ?? ""
        object.read(
            "budget",
            .nanoseconds(in: ConfigLimits.budget),
            into: &budgetNanoseconds
        )
        object.read("lines", .integer(in: ConfigLimits.lines), into: &linesMax)
        object.read(
            "expires_in",
            .nanoseconds(in: ConfigLimits.optionalWait),
            into: &expiresInNanoseconds
        )
        object.read("guard", .object(PriceGuardConfig.init), into: &priceGuard)
        let remembered = lastKnownGood
        object.read(
            "last_known_good",
            .object { AnswerCacheConfig($0, remembered) },
            into: &lastKnownGood
        )
        guard model != nil else { return nil }
    }
}

/// How recommendations are answered.
package struct RecommendationRouteConfig: Hashable, Sendable, Encodable {
    /// The model, of kind `recommend`.
    package var model: String
    /// Time for a whole request, unless the caller gives less.
    package var budgetNanoseconds: UInt64 = .milliseconds(80)
    /// Products when the caller asks for no number.
    package var limitDefault = 10
    /// The most products a caller may ask for.
    package var limitMax = 100
    /// Lists remembered for when no version answers.
    package var cached = AnswerCacheConfig(capacity: 1024, maximumAge: .seconds(300))

    init?(_ object: ObjectDecoder) {
        let model = object.required("model", .identifier)
        self.model = model ?? ""
        object.read(
            "budget",
            .nanoseconds(in: ConfigLimits.budget),
            into: &budgetNanoseconds
        )
        object.read("limit_default", .integer(in: ConfigLimits.items), into: &limitDefault)
        object.read("limit_maximum", .integer(in: ConfigLimits.items), into: &limitMax)
        let remembered = cached
        object.read("cached", .object { AnswerCacheConfig($0, remembered) }, into: &cached)
        if limitDefault > limitMax {
            let message = "`limit_default` must not be more than `limit_maximum`"
            object.report(.order, message, at: object.span(of: "limit_default"))
        }
        guard model != nil else { return nil }
    }
}

/// The band a price must stay in at every rung.
package struct PriceGuardConfig: Hashable, Sendable, Encodable {
    /// The lowest price, in basis points of the list price.
    package var floorBasisPoints = 2_000
    /// The highest price, in basis points of the list price.
    package var ceilingBasisPoints = 30_000
    /// The largest move from the last price, in basis points of it.
    package var maximumChangeBasisPoints = 200_000

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        let range = ConfigLimits.guardBasisPoints
        object.read("floor_basis_points", .basisPoints(in: range), into: &floorBasisPoints)
        object.read("ceiling_basis_points", .basisPoints(in: range), into: &ceilingBasisPoints)
        object.read(
            "maximum_change_basis_points",
            .basisPoints(in: range),
            into: &maximumChangeBasisPoints
        )
        guard floorBasisPoints >= ceilingBasisPoints else { return }
        let places = [
            object.place(of: "floor_basis_points"), object.place(of: "ceiling_basis_points"),
        ].compactMap { $0 }
        let notes = places.dropFirst().map { Diagnostic.Note("the ceiling", at: $0) }
        let message = "the guard's floor must be below its ceiling"
        object.report(.order, message, at: places.first ?? object.span, notes: notes)
    }
}

/// Answers remembered for the rungs below the models.
package struct AnswerCacheConfig: Hashable, Sendable, Encodable {
    /// Answers remembered; 0 turns the rung off.
    package var capacity: Int
    /// The age after which one is no longer used.
    package var maximumAgeNanoseconds: UInt64

    init(capacity: Int, maximumAge: UInt64) {
        self.capacity = capacity
        maximumAgeNanoseconds = maximumAge
    }

    init(_ object: ObjectDecoder, _ defaults: AnswerCacheConfig) {
        self = defaults
        object.read("capacity", .integer(in: ConfigLimits.cacheCapacity), into: &capacity)
        object.read(
            "maximum_age",
            .nanoseconds(in: ConfigLimits.wait),
            into: &maximumAgeNanoseconds
        )
    }
}
