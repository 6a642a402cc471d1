// SPDX-License-Identifier: Apache-2.0
import SluiceKitTesting
import Testing

@testable import PricingHandler

@Suite struct GuardRailsTests {
    private typealias Outcome = GuardRails.Outcome
    private let references = GuardRails.References(listPrice: 1000, lastPrice: 900)

    @Test func leavesAPriceWithinTheRailsAlone() {
        let rails = GuardRails(floor: 50_00, ceiling: 150_00, maximumChange: 50_00)
        #expect(rails.apply(to: 950, references) == Outcome(price: 950))
    }

    @Test func namesTheRailThatBound() {
        let floor = GuardRails(floor: 80_00)
        #expect(floor.apply(to: 700, references) == Outcome(price: 800, rail: .floor))
        let ceiling = GuardRails(ceiling: 120_50)
        #expect(ceiling.apply(to: 2000, references) == Outcome(price: 1205, rail: .ceiling))
        let change = GuardRails(maximumChange: 10_00)
        #expect(change.apply(to: 500, references) == Outcome(price: 810, rail: .maximumChange))
        #expect(change.apply(to: 5000, references) == Outcome(price: 990, rail: .maximumChange))
    }

    @Test func floorWinsOverCeilingAndCeilingOverLargestChange() {
        let impossible = GuardRails.References(listPrice: 1000, lastPrice: 100)
        let floor = GuardRails(floor: 90_00, maximumChange: 10_00)
        #expect(floor.apply(to: 100, impossible) == Outcome(price: 900, rail: .floor))
        let dear = GuardRails.References(listPrice: 100, lastPrice: 1000)
        let ceiling = GuardRails(ceiling: 110_00, maximumChange: 10_00)
        #expect(ceiling.apply(to: 1000, dear) == Outcome(price: 110, rail: .ceiling))
    }

    @Test func aRailWithoutItsReferenceDoesNotBind() {
        let rails = GuardRails(floor: 90_00, ceiling: 110_00, maximumChange: 1_00)
        #expect(rails.apply(to: 5, .init()) == Outcome(price: 5))
    }

    @Test(arguments: [
        (price: Int64(1003), step: Int64(10), ending: Int64(0), rounded: Int64(1000)),
        (1005, 10, 0, 1000), (1006, 10, 0, 1010), (1000, 100, 95, 995), (1046, 100, 95, 1095),
        (3, 5, 0, 5), (2, 5, 0, 5), (1, 1, 0, 1), (7, 100, 99, 99),
    ])
    func roundsToTheNearestEndingATieDown(
        price: Int64,
        step: Int64,
        ending: Int64,
        rounded: Int64
    ) {
        let rails = GuardRails(rounding: Rounding(step: step, ending: ending))
        #expect(rails.apply(to: price, .init()).price == rounded)
    }

    @Test func roundsInsideTheRailsOrNotAtAll() {
        let floor = GuardRails(floor: 99_60, rounding: Rounding(step: 100, ending: 95))
        #expect(floor.apply(to: 996, references).price == 1095)
        let narrow = GuardRails(
            floor: 99_50,
            ceiling: 100_50,
            rounding: Rounding(step: 100, ending: 50)
        )
        #expect(narrow.apply(to: 1000, references) == Outcome(price: 1000))
    }

    @Test func noOutputViolatesARail() {
        var random = SeededRandom()
        for _ in 0..<20_000 {
            let rails = GuardRails.random(&random)
            let references = GuardRails.References.random(&random)
            let price = Int64.randomMoney(&random)
            let outcome = rails.apply(to: price, references)
            #expect(
                rails.keeps(outcome.price, references),
                "seed \(random.seed): \(rails) \(references) \(price) \(outcome)"
            )
        }
    }

    @Test func aHigherProposalNeverGivesALowerPrice() {
        var random = SeededRandom()
        for _ in 0..<20_000 {
            let rails = GuardRails.random(&random)
            let references = GuardRails.References.random(&random)
            let price = Int64.random(in: 1...100_000, using: &random)
            let higher = price + Int64.random(in: 0...200, using: &random)
            #expect(
                rails.apply(to: price, references).price
                    <= rails.apply(to: higher, references).price,
                "seed \(random.seed): \(rails) \(references) \(price) \(higher)"
            )
        }
    }
}

extension Int64 {
    /// Mostly everyday prices, sometimes the largest there are.
    static func randomMoney(_ random: inout SeededRandom) -> Int64 {
        Bool.random(using: &random)
            ? .random(in: 1...10_000, using: &random)
            : .random(in: 1...(1 << Int64.random(in: 1...61, using: &random)), using: &random)
    }
}

extension GuardRails.References {
    static func random(_ random: inout SeededRandom) -> Self {
        Self(
            listPrice: Bool.random(using: &random) ? .randomMoney(&random) : nil,
            lastPrice: Bool.random(using: &random) ? .randomMoney(&random) : nil
        )
    }
}

extension GuardRails {
    static func random(_ random: inout SeededRandom) -> GuardRails {
        let step: Int64 = [1, 5, 10, 50, 100].randomElement(using: &random) ?? 1
        let floor = Int64.random(in: 0...120_00, using: &random)
        return GuardRails(
            floor: Bool.random(using: &random) ? floor : nil,
            ceiling: Bool.random(using: &random)
                ? .random(in: max(floor, 1_00)...300_00, using: &random) : nil,
            maximumChange: Bool.random(using: &random)
                ? .random(in: 0...100_00, using: &random) : nil,
            rounding: Bool.random(using: &random)
                ? Rounding(step: step, ending: .random(in: 0..<step, using: &random)) : nil
        )
    }

    /// States the rails independently of how they are applied: each holds unless a stronger one
    /// leaves it no price.
    func keeps(_ price: Int64, _ references: References) -> Bool {
        let (change, top, bottom) = (
            limits(of: .maximumChange, references), limits(of: .ceiling, references),
            limits(of: .floor, references)
        )
        if let bottom, !bottom.contains(price) { return false }
        if let top, !top.contains(price) { return bottom.map { price == $0.lowerBound } ?? false }
        guard let change, !change.contains(price) else { return price > 0 }
        let isForcedUp = bottom.map { $0.lowerBound > change.upperBound } ?? false
        let isForcedDown = top.map { $0.upperBound < change.lowerBound } ?? false
        return isForcedUp || isForcedDown
    }
}
