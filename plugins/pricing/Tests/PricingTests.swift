// SPDX-License-Identifier: Apache-2.0
import CSluice
import SluiceKit
import SluiceKitTesting
import Testing

@testable import PricingHandler

@Suite struct PricingTests {
    private static let guest: UInt32 = 1
    private static let wholesale: UInt32 = 3

    /// Product 0 has tiers, 1 only a last price, 2 no price at all, 3 a list price alone.
    private let snapshot = SnapshotFixture([
        "product": [
            .i64("list_price", [1000, nil, nil, 500]), .i64("last_price", [900, 300, 0, nil]),
            .list(
                "price_tiers",
                [
                    [
                        tier(0, 6, 950), tier(0, 50, 700), tier(guest, 10, 900),
                        tier(wholesale, 1, 800), tier(wholesale, 100, 600),
                    ], [], [], [],
                ]
            ),
        ],
        "customer": [.u32("kind", [guest, wholesale, nil])],
    ])

    private static func tier(_ kind: UInt32, _ quantity: UInt32, _ price: Int64)
        -> sluice_price_tier
    {
        sluice_price_tier(
            customer_kind: kind,
            quantity_minimum: quantity,
            unit_price_minor: price
        )
    }

    private func load(
        _ handler: Int,
        _ settings: String = "{}",
        _ snapshot: SnapshotFixture? = nil
    ) throws -> HandlerFixture {
        try HandlerFixture(
            Pricing.handlers[handler],
            settings: settings,
            snapshot: snapshot ?? self.snapshot
        )
    }

    @Test func listPriceFallsBackToTheLastPrice() throws {
        let outcome = try load(0).price([(0, 100), (1, 1), (3, 2)])
        #expect(outcome.status == SLUICE_OK)
        #expect(
            outcome.prices == [
                PriceAnswer(unitPriceMinor: 1000, rules: ["list_price"]),
                PriceAnswer(unitPriceMinor: 300, rules: ["last_price"]),
                PriceAnswer(unitPriceMinor: 500, rules: ["list_price"]),
            ]
        )
    }

    @Test(arguments: [0, 1])
    func aProductWithoutAnyPriceIsNotFound(handler: Int) throws {
        let outcome = try load(handler).price([(0, 1), (2, 1)])
        #expect(outcome.status == SLUICE_NOT_FOUND)
        #expect(outcome.message == "a product has neither a list price nor a last price")
    }

    @Test(arguments: [
        // Guests: list price, then the tier for any kind, then their own.
        (customer: UInt32.max, quantity: Int64(1), price: Int64(1000), rule: "list_price"),
        (.max, 6, 950, "quantity_break"), (.max, 9, 950, "quantity_break"),
        (.max, 10, 900, "quantity_break"),
        // Their own tiers hold from 10 on, so the tier for any kind at 50 does not.
        (.max, 50, 900, "quantity_break"), (0, 10, 900, "quantity_break"),
        (2, 10, 900, "quantity_break"), (99, 10, 900, "quantity_break"),
        // Wholesale has a tier from one piece on.
        (1, 1, 800, "quantity_break"), (1, 99, 800, "quantity_break"),
        (1, 100, 600, "quantity_break"), (1, Int64.max, 600, "quantity_break"),
    ])
    func quantityBreakFallsBackThroughCoarserTiers(
        customer: UInt32,
        quantity: Int64,
        price: Int64,
        rule: String
    ) throws {
        let outcome = try load(1).price([(0, quantity)], customer: customer)
        #expect(outcome.prices == [PriceAnswer(unitPriceMinor: price, rules: [rule])])
    }

    @Test func aKindWithoutTiersGetsThoseForAnyKind() throws {
        let breaks = [Self.tier(0, 1, 90), Self.tier(0, 5, 80)]
        breaks.withUnsafeBufferPointer {
            let breaks = QuantityBreaks(tiers: $0, kind: 2)
            #expect(breaks.quote(quantity: 1, otherwise: nil)?.unitPriceMinor == 90)
            #expect(breaks.quote(quantity: 7, otherwise: nil)?.unitPriceMinor == 80)
        }
    }

    @Test func withoutCustomersEveryoneIsAGuest() throws {
        let snapshot = SnapshotFixture([
            "product": [
                .i64("list_price", [1000]), .i64("last_price", [nil]),
                .list("price_tiers", [[Self.tier(Self.guest, 2, 900)]]),
            ]
        ])
        let outcome = try load(1, "{}", snapshot).price([(0, 2)])
        #expect(outcome.prices[0]?.unitPriceMinor == 900)
    }

    @Test func theRulesNameTheRailsThatBound() throws {
        let settings = #"{"floor_percent": 85.5, "rounding": {"to_minor": 100, "ending": 95}}"#
        let outcome = try load(1, settings).price([(0, 1)], customer: 1)
        #expect(
            outcome.prices == [
                PriceAnswer(
                    unitPriceMinor: 895,
                    rules: ["quantity_break", "floor", "rounding"]
                )
            ]
        )
    }

    @Test(arguments: [
        (#"{"floor_percent": "80"}"#, "settings.floor_percent: expected a decimal"),
        (#"{"floor_percent": 80.123}"#, "settings.floor_percent: expected a decimal"),
        (
            #"{"floor_percent": 90, "ceiling_percent": 80}"#,
            "settings.floor_percent: expected at most"
        ),
        (
            #"{"maximum_change_percent": 101}"#,
            "settings.maximum_change_percent: expected a decimal"
        ),
        (#"{"rounding": {}}"#, "settings.rounding.to_minor: expected one of 1, 5, 10, 50, 100"),
        (#"{"rounding": {"to_minor": 7}}"#, "settings.rounding.to_minor: expected one of"),
        (#"{"rounding": {"to_minor": 5, "ending": 5}}"#, "settings.rounding.ending: expected"),
        (#"{"floor": 1}"#, "settings.floor: unknown key; known are floor_percent"),
    ])
    func badSettingsAreRefusedByName(settings: String, start: String) {
        let refusal = #expect(throws: Refusal.self) { try load(0, settings) }
        #expect(refusal?.status == Int32(SLUICE_INVALID_ARGUMENT))
        #expect(refusal?.message.hasPrefix(start) == true, "\(refusal?.message ?? "")")
    }

    @Test(arguments: [0, 1])
    func pricingACartAllocatesNothingOnceWarm(handler: Int) throws {
        let handler = try load(
            handler,
            #"{"floor_percent": 85, "rounding": {"to_minor": 5}}"#
        )
        let lines: [(row: UInt32, quantity: Int64)] = [(0, 60), (1, 1), (3, 7)]
        _ = handler.price(lines, customer: 1)
        let outcome = handler.price(lines, customer: 1)
        #expect(outcome.status == SLUICE_OK)
        #expect(outcome.allocationCount == 0)
    }

    @Test func aLargerQuantityNeverCostsMoreAPiece() {
        var random = SeededRandom()
        for _ in 0..<3_000 {
            let tiers = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Self.tier(
                    .random(in: 0...3, using: &random),
                    .random(in: 1...40, using: &random),
                    .random(in: -10...2_000, using: &random)
                )
            }
            let rails = GuardRails.random(&random)
            let references = GuardRails.References.random(&random)
            let kind = UInt32.random(in: 0...3, using: &random)
            let prices = tiers.withUnsafeBufferPointer { tiers in
                (1...50).compactMap { quantity in
                    QuantityBreaks(tiers: tiers, kind: kind)
                        .quote(quantity: quantity, otherwise: references.quote)
                        .map { rails.apply(to: $0.unitPriceMinor, references).price }
                }
            }
            #expect(prices == prices.sorted(by: >), "seed \(random.seed): \(tiers) \(rails)")
        }
    }
}
