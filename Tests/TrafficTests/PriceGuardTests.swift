// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct PriceGuardTests {
    struct Example: Sendable {
        let price: Int64
        let list: Int64
        let last: Int64?
        let verdict: PriceVerdict

        init(_ price: Int64, _ list: Int64, _ last: Int64?, _ verdict: PriceVerdict) {
            self.price = price
            self.list = list
            self.last = last
            self.verdict = verdict
        }
    }

    @Test(arguments: [
        Example(295, 295, nil, .ok), Example(0, 295, nil, .notPositive),
        Example(-1, 295, nil, .notPositive), Example(.min, 295, 295, .notPositive),
        Example(295, 0, nil, .notPositive), Example(295, 295, 0, .notPositive),
        Example(150, 300, 200, .ok), Example(149, 300, 200, .belowFloor),
        Example(450, 300, 400, .ok), Example(451, 300, 400, .aboveCeiling),
        Example(250, 300, 200, .ok), Example(251, 300, 200, .changeTooLarge),
        Example(225, 300, nil, .ok), Example(224, 300, nil, .changeTooLarge),
        Example(.max, .max, .max, .ok), Example(1, .max, nil, .belowFloor),
        Example(.max, 1, 1, .aboveCeiling), Example(.max / 2, .max / 2 + 1, .max, .changeTooLarge),
    ])
    func judgesThePrice(example: Example) throws {
        let priceGuard = try #require(
            PriceGuard(
                floorBasisPoints: 5_000,
                ceilingBasisPoints: 15_000,
                changeBasisPointsMax: 2_500
            )
        )
        let verdict = priceGuard.check(
            unitPriceMinor: example.price,
            listPriceMinor: example.list,
            lastPriceMinor: example.last
        )
        #expect(verdict == example.verdict)
    }

    @Test(arguments: [61, 62, 63] as [UInt64])
    func agreesWithWiderArithmetic(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let priceGuard = try #require(
                PriceGuard(
                    floorBasisPoints: .random(in: 0...10_000, using: &random),
                    ceilingBasisPoints: .random(in: 10_000...1_000_000, using: &random),
                    changeBasisPointsMax: .random(in: 0...1_000_000, using: &random)
                )
            )
            let list = Self.amount(&random)
            let last = Self.amount(&random)
            let price = Self.amount(&random)
            let verdict = priceGuard.check(
                unitPriceMinor: price,
                listPriceMinor: list,
                lastPriceMinor: last
            )
            let expected = Self.wide(priceGuard, price: price, list: list, last: last)
            #expect(verdict == expected, "seed \(seed): \(price) \(list) \(last) \(priceGuard)")
        }
    }

    private static func amount(_ random: inout SeededGenerator) -> Int64 {
        let shift = Int.random(in: 0...60, using: &random)
        return Int64.random(in: 1...(Int64.max >> shift), using: &random)
    }

    private static func wide(_ guard: PriceGuard, price: Int64, list: Int64, last: Int64)
        -> PriceVerdict
    {
        let (price, list, last) = (Int128(price), Int128(list), Int128(last))
        if price * 10_000 < list * Int128(`guard`.floorBasisPoints) { return .belowFloor }
        if price * 10_000 > list * Int128(`guard`.ceilingBasisPoints) { return .aboveCeiling }
        let change = (price - last).magnitude * 10_000
        return change > last.magnitude * UInt128(`guard`.changeBasisPointsMax)
            ? .changeTooLarge : .ok
    }

    @Test(arguments: [(-1, 10_000, 0), (10_001, 10_000, 0), (0, 1_000_001, 0), (0, 1, -1)])
    func refusesABandThatIsNone(floor: Int, ceiling: Int, change: Int) {
        #expect(
            PriceGuard(
                floorBasisPoints: floor,
                ceilingBasisPoints: ceiling,
                changeBasisPointsMax: change
            )
                == nil
        )
    }
}
