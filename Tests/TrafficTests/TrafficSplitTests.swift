// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct TrafficSplitTests {
    static func settings(_ change: (inout TrafficSplit.Settings) -> Void = { _ in })
        -> TrafficSplit.Settings
    {
        var settings = TrafficSplit.Settings(
            arms: [
                .init(version: 1, weightBasisPoints: 2_000),
                .init(version: 2, weightBasisPoints: 3_000),
                .init(version: 3, weightBasisPoints: 5_000),
            ],
            stableVersion: 0,
            armSalt: "pricing-arm",
            layerSalt: "checkout"
        )
        change(&settings)
        return settings
    }

    private func assign(
        _ unit: String,
        forced: Int? = nil,
        _ change: (inout TrafficSplit.Settings) -> Void = { _ in }
    ) throws -> Assignment {
        let split = try TrafficSplit(Self.settings(change))
        return withUTF8(unit) { split.assign(unit: $0, forced: forced) }
    }

    // MARK: Ranges

    struct RangeCase: Sendable {
        let weights: [Int]
        let coverage: Int
        let ranges: [Range<Int>]
    }

    @Test(arguments: [
        RangeCase(weights: [5_000, 5_000], coverage: 10_000, ranges: [0..<5_000, 5_000..<10_000]),
        RangeCase(weights: [5_000, 5_000], coverage: 5_000, ranges: [0..<2_500, 5_000..<7_500]),
        RangeCase(weights: [5_000, 5_000], coverage: 0, ranges: [0..<0, 5_000..<5_000]),
        RangeCase(weights: [4_000, 6_000], coverage: 10_000, ranges: [0..<4_000, 4_000..<10_000]),
        RangeCase(
            weights: [2_000, 3_000, 5_000],
            coverage: 2_000,
            ranges: [0..<400, 2_000..<2_600, 5_000..<6_000]
        ),
        RangeCase(weights: [1, 9_999], coverage: 5_000, ranges: [0..<0, 1..<5_000]),
        RangeCase(weights: [10_000], coverage: 1, ranges: [0..<1]),
    ])
    func laysRangesByCoverage(example: RangeCase) {
        let ranges = TrafficSplit.bucketRanges(
            weightsBasisPoints: example.weights,
            coverageBasisPoints: example.coverage
        )
        #expect(ranges == example.ranges)
    }

    // MARK: Order of decisions

    @Test func killSwitchBeatsAll() throws {
        let assignment = try assign("u", forced: 2) { $0.isKilled = true }
        #expect(assignment == Assignment(version: 0, bucket: nil, reason: .killSwitch))
    }

    @Test func forcedVersionBeatsHoldout() throws {
        let assignment = try assign("u", forced: 7) { $0.holdoutBasisPoints = 10_000 }
        #expect(assignment == Assignment(version: 7, bucket: nil, reason: .forced))
    }

    @Test func holdoutBeatsTheLayer() throws {
        let assignment = try assign("u") {
            $0.holdoutBasisPoints = 10_000
            $0.layerBuckets = 0..<0
        }
        #expect(assignment == Assignment(version: 0, bucket: nil, reason: .holdout))
    }

    @Test func unitsOutsideTheLayerShareStayStable() throws {
        let assignment = try assign("u") { $0.layerBuckets = 0..<0 }
        #expect(assignment == Assignment(version: 0, bucket: nil, reason: .notCovered))
    }

    @Test func uncoveredUnitsStayStable() throws {
        let assignment = try assign("u") { $0.coverageBasisPoints = 0 }
        #expect(assignment.version == 0 && assignment.reason == .notCovered)
        #expect(assignment.bucket == withUTF8("u") { Layer(salt: "pricing-arm").bucket(of: $0) })
    }

    @Test func requestsWithoutAUnitStayStable() throws {
        #expect(try assign("") == Assignment(version: 0, bucket: nil, reason: .noUnit))
    }

    // MARK: Properties

    @Test(arguments: [1, 2, 3] as [UInt64])
    func raisingCoverageNeverMovesAUnit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let unit = String(random.next(), radix: 36)
            let coverages = (0..<4).map { _ in Int.random(in: 0...10_000, using: &random) }.sorted()
            var arm: Int?
            for coverage in coverages {
                let assignment = try assign(unit) { $0.coverageBasisPoints = coverage }
                guard assignment.reason == .assigned else {
                    #expect(arm == nil, "seed \(seed), unit \(unit) fell out at \(coverage)")
                    continue
                }
                #expect(arm == nil || arm == assignment.version, "seed \(seed), unit \(unit)")
                arm = assignment.version
            }
        }
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func shrinkingTheHoldoutOnlyFreesUnits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let unit = String(random.next(), radix: 36)
            let small = try assign(unit) { $0.holdoutBasisPoints = 500 }
            let large = try assign(unit) { $0.holdoutBasisPoints = 2_000 }
            #expect(large.reason == .holdout || large == small, "seed \(seed), unit \(unit)")
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func armsGetTheirWeights(seed: UInt64) throws {
        let split = try TrafficSplit(Self.settings())
        var random = SeededGenerator(seed: seed)
        var counts = [0, 0, 0, 0]
        for _ in 0..<20_000 {
            let unit = String(random.next(), radix: 36)
            counts[withUTF8(unit) { split.assign(unit: $0).version }] += 1
        }
        let expected = [4_000.0, 6_000, 10_000]
        let chiSquare = zip(counts[1...], expected).reduce(0) {
            $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1
        }
        // Two degrees of freedom, p = 0.001.
        #expect(counts[0] == 0 && chiSquare < 13.82, "seed \(seed): \(counts)")
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func bucketsAreUniformAndLayersIndependent(seed: UInt64) {
        let first = Layer(salt: "first")
        let second = Layer(salt: "second")
        var random = SeededGenerator(seed: seed)
        var cells = [Int](repeating: 0, count: 100)
        let unitCount = 40_000
        for _ in 0..<unitCount {
            let cell = withUTF8(String(random.next(), radix: 36)) {
                first.bucket(of: $0) / 1_000 * 10 + second.bucket(of: $0) / 1_000
            }
            cells[cell] += 1
        }
        let expected = Double(unitCount) / 100
        let chiSquare = cells.reduce(0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
        // Ninety-nine degrees of freedom, p = 0.001.
        #expect(chiSquare < 148.23, "seed \(seed): \(chiSquare)")
    }

    // MARK: Refusals

    struct Refusal: Sendable {
        let error: SplitError
        let change: @Sendable (inout TrafficSplit.Settings) -> Void
    }

    @Test(arguments: [
        Refusal(error: .noArms) { $0.arms = [] },
        Refusal(error: .weightsDoNotSum(basisPoints: 9_999)) {
            $0.arms[2] = .init(version: 3, weightBasisPoints: 4_999)
        },
        Refusal(error: .weightOutOfRange(arm: 0, basisPoints: -1)) {
            $0.arms[0] = .init(version: 1, weightBasisPoints: -1)
        },
        Refusal(error: .weightOutOfRange(arm: 1, basisPoints: .max)) {
            $0.arms[1] = .init(version: 2, weightBasisPoints: .max)
        },
        Refusal(error: .duplicateVersion(1)) {
            $0.arms[1] = .init(version: 1, weightBasisPoints: 3_000)
        },
        Refusal(error: .coverageOutOfRange(basisPoints: 10_001)) {
            $0.coverageBasisPoints = 10_001
        },
        Refusal(error: .holdoutOutOfRange(basisPoints: -1)) { $0.holdoutBasisPoints = -1 },
        Refusal(error: .layerBucketsOutOfRange(5..<10_001)) { $0.layerBuckets = 5..<10_001 },
        Refusal(error: .layerBucketsOutOfRange(-1..<5)) { $0.layerBuckets = -1..<5 },
        Refusal(error: .sharedSalt("checkout")) { $0.armSalt = "checkout" },
        Refusal(error: .sharedSalt("checkout")) { $0.holdoutSalt = "checkout" },
    ])
    func refusesSettingsThatDoNotHoldTogether(refusal: Refusal) {
        #expect(throws: refusal.error) { try TrafficSplit(Self.settings(refusal.change)) }
    }
}
