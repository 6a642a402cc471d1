// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots
import Foundation
import SessionNeighbours
import YAMLDecoding

/// The schema of a source file.
enum SourceDecoder {
    static func source(_ object: ObjectDecoder) -> SnapshotSourceFile? {
        let input = object.required("input", .object(input))
        let currency = object.required("currency", .currency)
        let timeZone = object.optional("time_zone", .timeZone, default: .gmt)
        let columns = object.required("columns", .object(columns))
        let rules = object.section("rules", rules)
        var features = object.section("features", features)
        features?.wholesale = object.section("kinds", kinds) ?? FeatureRules().wholesale
        guard let input, let currency, let columns, let rules, let features else { return nil }
        return SnapshotSourceFile(
            inputPaths: input.paths,
            format: input.format,
            currency: currency,
            timeZone: timeZone,
            columns: columns,
            rules: rules,
            features: features
        )
    }

    private static func input(
        _ object: ObjectDecoder
    ) -> (paths: [String], format: InputFormat?)? {
        let format = object.optional("format", .choice(InputFormat.self))
        return object.required("paths", .array(of: .path)).map { ($0, format) }
    }

    private static func columns(_ object: ObjectDecoder) -> ColumnNames? {
        var names = ColumnNames()
        for role in ColumnRole.allCases {
            names[role] =
                role.isRequired
                ? object.required(role.name, .string) : object.optional(role.name, .string)
        }
        return names
    }

    private static func rules(_ object: ObjectDecoder) -> HistoryRules? {
        let prefixes = object.optional(
            "adjustment_prefixes",
            .array(of: .string, allowsEmpty: true),
            default: []
        )
        let codes = object.optional(
            "non_products",
            .array(of: .string, allowsEmpty: true),
            default: []
        )
        return HistoryRules(
            cancellationPrefix: bytes(object.optional("cancellation_prefix", .string)),
            adjustmentPrefixes: prefixes.map { Array($0.utf8) },
            nonProducts: codes.map { Array($0.uppercased().utf8) },
            customerSuffix: bytes(object.optional("customer_suffix", .string)),
            malformedRowsMaximum: object.optional(
                "malformed_rows",
                .integer(in: 0...1_000_000),
                default: 0
            )
        )
    }

    private static func kinds(_ object: ObjectDecoder) -> WholesaleRule? {
        object.section("wholesale") { object in
            var rule = FeatureRules().wholesale
            object.read(
                "units_per_order",
                .whole(in: 1...1_000_000),
                into: &rule.unitsPerOrderMinimum
            )
            object.read("orders", .whole(in: 1...1_000_000), into: &rule.ordersMinimum)
            return rule
        }
    }

    private static func features(_ object: ObjectDecoder) -> FeatureRules? {
        var rules = FeatureRules()
        object.read("windows_days", .steps(days), into: &rules.windowDays)
        let percentiles = object.optional("price_percentiles", .steps(1...99))
        rules.pricePercentiles = percentiles?.map { Int($0) } ?? rules.pricePercentiles
        object.read("list_price_days", .whole(in: days), into: &rules.listPriceDays)
        object.read("title_days", .whole(in: days), into: &rules.titleDays)
        object.read("delisting_days", .whole(in: days), into: &rules.delistingDays)
        rules.tiers = object.section("tiers", tiers) ?? rules.tiers
        rules.neighbours = object.section("neighbours", neighbours) ?? rules.neighbours
        rules.sessions = object.section("sessions", sessions) ?? rules.sessions
        rules.popular = object.section("popular", popular) ?? rules.popular
        return rules
    }

    private static func tiers(_ object: ObjectDecoder) -> TierRule? {
        var rule = FeatureRules().tiers
        object.read("quantities", .steps(1...1_000_000), into: &rule.quantities)
        object.read("support", .integer(in: 1...1_000_000), into: &rule.supportMinimum)
        object.read("days", .whole(in: days), into: &rule.days)
        return rule
    }

    private static func neighbours(_ object: ObjectDecoder) -> CoPurchases.Rule? {
        var rule = FeatureRules().neighbours
        object.read("maximum", .integer(in: 0...50), into: &rule.maximum)
        object.read("shrinkage", .number(in: 0...1000), into: &rule.shrinkage)
        object.read("half_life_days", .number(in: 1...3650), into: &rule.halfLifeDays)
        object.read("basket_maximum", .integer(in: 2...1000), into: &rule.basketMaximum)
        return rule
    }

    private static func sessions(_ object: ObjectDecoder) -> SessionIndexRules? {
        var rules = SessionIndexRules()
        object.read(
            "products_maximum",
            .integer(in: SessionIndexRules.itemsMaximumRange),
            into: &rules.itemsMaximum
        )
        object.read(
            "orders_per_product",
            .integer(in: SessionIndexRules.postingsMaximumRange),
            into: &rules.postingsMaximum
        )
        return rules
    }

    private static func popular(_ object: ObjectDecoder) -> PopularRule? {
        var rule = FeatureRules().popular
        object.read("maximum", .integer(in: 1...100_000), into: &rule.maximum)
        object.read("half_life_days", .number(in: 1...3650), into: &rule.halfLifeDays)
        return rule
    }

    /// Ten years: longer histories are cut by whoever exports them.
    private static let days: ClosedRange<Int64> = 1...3650

    private static func bytes(_ text: String?) -> [UInt8] { text.map { Array($0.utf8) } ?? [] }
}

extension ValueDecoder where Value == Int64 {
    fileprivate static func whole(in range: ClosedRange<Int64>) -> ValueDecoder {
        ValueDecoder<Int>.integer(in: Int(range.lowerBound)...Int(range.upperBound))
            .map { value, _, _ in Int64(value) }
    }
}

extension ValueDecoder where Value == [Int64] {
    /// A few ascending whole numbers.
    fileprivate static func steps(_ range: ClosedRange<Int64>) -> ValueDecoder {
        .array(of: .whole(in: range)).map { steps, span, context in
            let isAscending = zip(steps, steps.dropFirst()).allSatisfy(<)
            guard isAscending, steps.count <= Limits.featureStepsMaximum else {
                let message = "expected at most \(Limits.featureStepsMaximum) ascending numbers"
                context.report(.outOfRange, message, at: span)
                return nil
            }
            return steps
        }
    }
}

extension ValueDecoder where Value == TimeZone {
    fileprivate static var timeZone: ValueDecoder {
        scalar("a time zone such as Europe/London") { text throws(ScalarFault) in
            guard let zone = TimeZone(identifier: text) else { throw .malformed() }
            return zone
        }
    }
}

extension ValueDecoder where Value == String {
    fileprivate static var currency: ValueDecoder {
        matching("an ISO 4217 currency such as GBP") { Currency.digits(of: $0) != nil }
    }
}
