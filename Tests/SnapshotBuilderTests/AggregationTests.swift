// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SnapshotBuilder

@Suite struct AggregationTests {
    @Test func quantilesAreThoseOfTheSortedPrices() {
        var random = SeededGenerator(seed: 5)
        for round in 0..<200 {
            let count = Int.random(in: 1...60, using: &random)
            let sold = (0..<count).map { _ in Int64.random(in: 1...12, using: &random) }
            var histograms = PriceHistograms(products: 3, lanes: 2)
            for price in sold { histograms.count(histograms.base(of: 1, price: price) + 1) }
            let prices = histograms.prices(of: 1, lanes: [1])
            let sorted = sold.sorted()
            #expect(prices.total == count)
            #expect(prices.median == sorted[(count - 1) / 2], "seed 5, round \(round)")
            for percent in 1...99 {
                let rank = (percent * count + 99) / 100
                #expect(
                    prices.quantile(percent: percent) == sorted[rank - 1],
                    "seed 5, round \(round)"
                )
            }
            #expect(histograms.prices(of: 0, lanes: [0, 1]).median == nil)
        }
    }

    @Test func pricesPastTheBoundCountAsTheNearest() {
        var histograms = PriceHistograms(products: 1, lanes: 1)
        let known = Limits.pricesPerProductMaximum
        for price in 1...known {
            histograms.count(histograms.base(of: 0, price: Int64(price) * 10))
        }
        histograms.count(histograms.base(of: 0, price: 104))
        histograms.count(histograms.base(of: 0, price: 1_000_000))
        let prices = histograms.prices(of: 0, lanes: [0])
        #expect(prices.total == known + 2)
        #expect(prices.quantile(percent: 99) == Int64(known) * 10 - 10)
    }

    @Test func countsDistinctNumbersExactlyUpToTheBound() {
        var counter = DistinctCounter()
        for round in 0..<3 {
            for number in 0..<Limits.customersCountedExactly {
                counter.insert(number * 7 + round * 0)
            }
            #expect(counter.estimate == Int64(Limits.customersCountedExactly))
        }
    }

    @Test func estimatesManyDistinctNumbers() {
        for count in [2000, 20_000, 500_000] {
            var counter = DistinctCounter()
            for number in 0..<count { counter.insert(number) }
            let error = abs(Double(counter.estimate) / Double(count) - 1)
            // Four times the standard error of 1.2 / √1024.
            #expect(error < 0.15, "\(count): \(counter.estimate)")
        }
    }

    @Test func titlesAreCountedTrimmedAndTheLastWinsATie() {
        #expect(best(["MUG ", "CUP", " MUG"]) == "MUG")
        #expect(best(["MUG", "CUP"]) == "CUP")
        #expect(best(["", "  "]) == nil)
        let many = (0..<50).flatMap { ["rare \($0)", "common"] }
        #expect(best(many) == "common")
    }

    @Test func keysAreNumberedInTheOrderTheyCome() {
        var interner = KeyInterner()
        var expected: [String: Int] = [:]
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let key = String(UInt16.random(in: 0...5000, using: &random), radix: 36)
            let number = Array(key.utf8).withUnsafeBytes { interner.intern($0) }
            #expect(number == expected[key, default: expected.count])
            expected[key] = number
        }
        #expect(interner.count == expected.count)
        for (key, number) in expected { #expect(interner.key(number).elementsEqual(key.utf8)) }
    }

    @Test func partnerTablesAgreeWithADictionary() {
        var random = SeededGenerator(seed: 3)
        var table = PartnerTable()
        defer { table.deallocate() }
        var expected: [UInt32: Float] = [:]
        for _ in 0..<500 {
            let products = Array(
                Set((0..<20).map { _ in UInt32.random(in: 0...2000, using: &random) })
            )
            products.withUnsafeBufferPointer { table.add($0, 0.5) }
            for product in products { expected[product, default: 0] += 0.5 }
        }
        let found = Dictionary(uniqueKeysWithValues: table.partners.map { ($0.product, $0.weight) })
        #expect(found == expected)
        #expect(table.count == expected.count)
    }

    @Test func aFullPartnerTableKeepsTheHeaviest() {
        var table = PartnerTable()
        defer { table.deallocate() }
        let heavy: [UInt32] = [1, 2, 3]
        heavy.withUnsafeBufferPointer { table.add($0, 10) }
        for product in 10..<UInt32(Limits.partnersPerProductMaximum * 2) {
            [product].withUnsafeBufferPointer { table.add($0, 1) }
            #expect(table.count <= Limits.partnersPerProductMaximum)
        }
        #expect(Set(table.partners.filter { $0.weight == 10 }.map(\.product)) == Set(heavy))
    }

    @Test func neighboursFollowTheFormula() throws {
        let day: Int64 = 86_400
        let rule = CoPurchases.Rule(
            maximum: 2,
            shrinkage: 1,
            halfLifeDays: 10,
            basketMaximum: 4
        )
        let queue = BasketQueue(
            CoPurchases(rule, isTarget: [true, true, true, false], asOf: 100 * day)
        )
        queue.append([0, 1, 3], time: 100 * day)
        queue.append([0, 1, 2], time: 90 * day)
        queue.append([2], time: 80 * day)
        let neighbours = queue.finish().neighbours(rank: [0, 1, 2, 3])
        // Weights of the baskets: 1, ½ and ¼; of the products: 1½, 1½, ¾ and 1.
        let pair = { (together: Double, norm: Double) in
            Float(together / norm.squareRoot() * together / (together + 1))
        }
        #expect(neighbours[0].partners.map(\.product) == [1, 2])
        #expect(neighbours[0].partners.map(\.weight) == [pair(1.5, 2.25), pair(0.5, 1.125)])
        #expect(neighbours[3].partners.map(\.product) == [0, 1])
        #expect(neighbours[2].partners.map(\.product) == [0, 1])
    }

    @Test func sumsStopAtTheEndsOfTheirRange() {
        var sum = Int64.max - 5
        sum.addSaturating(3, times: 4)
        #expect(sum == .max)
        sum = 0
        sum.addSaturating(-(1 << 40), times: 1 << 40)
        #expect(sum == .min)
    }

    private func best(_ titles: [String]) -> String? {
        var counter = TitleCounter()
        for title in titles { Array(title.utf8).withUnsafeBytes { counter.insert($0) } }
        return counter.best.map { String(decoding: $0, as: UTF8.self) }
    }
}
