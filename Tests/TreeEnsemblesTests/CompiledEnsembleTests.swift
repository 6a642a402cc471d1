// SPDX-License-Identifier: Apache-2.0
import CAllocationCounter
import Testing
import TreeEnsembles

/// Compiled ensembles answer as the reference does, to the bit, on every path there is.
struct CompiledEnsembleTests {
    /// More than two tiles and a rest too small for one.
    private static let rowCount = 64 + 13 + 64 + 3

    static let shapes: [EnsembleShape] = [
        EnsembleShape(name: "XGBoost, depth 6"),
        EnsembleShape(
            name: "XGBoost, depth 8, dart",
            trees: 31,
            leavesMax: 256,
            depthMax: 8,
            weights: [1, 0.3, 0.7]
        ),
        EnsembleShape(name: "stumps and constants", leavesMax: 2, depthMax: 1),
        EnsembleShape(
            name: "more thresholds than a byte counts",
            trees: 40,
            leavesMax: 64,
            features: 2,
            thresholdsPerFeature: 900
        ),
        EnsembleShape(
            name: "exactly as many as a byte counts",
            trees: 60,
            leavesMax: 64,
            features: 1,
            thresholdsPerFeature: 256
        ),
        EnsembleShape(
            name: "missing value, categories",
            rules: [.less, .notInSet],
            missingValue: -999
        ),
        EnsembleShape(
            name: "LightGBM, leaf by leaf",
            leavesMax: 31,
            depthMax: 14,
            rules: [.lessOrEqual, .inSet],
            missing: [.nan, .zero, .none],
            input: .float64,
            sums: .float64,
            kind: .sumThenBase,
            base: 0,
            readsTinyAsZero: true
        ),
        EnsembleShape(
            name: "LightGBM, perfect, averaged",
            leavesMax: 64,
            rules: [.lessOrEqual],
            missing: [.none],
            input: .float64,
            sums: .float64,
            kind: .sumThenBase,
            divisor: 3,
            base: 0
        ),
        EnsembleShape(
            name: "many leaves",
            trees: 11,
            leavesMax: 700,
            depthMax: 30,
            rules: [.lessOrEqual],
            sums: .float64,
            kind: .sumThenBase,
            scale: 0.3
        ),
        EnsembleShape(
            name: "every rule",
            rules: [
                .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .inSet,
                .notInSet, .equalToMember,
            ],
            missing: [.nan, .zero, .none]
        ),
        EnsembleShape(name: "classes", trees: 47, outputs: 5, transform: .softmax),
        EnsembleShape(
            name: "wide leaves",
            leavesMax: 9,
            input: .float64,
            kind: .sumThenBase,
            outputs: 3,
            isWide: true,
            divisor: 23,
            transform: .argmax
        ),
        EnsembleShape(name: "many columns", trees: 90, leavesMax: 64, depthMax: 12, features: 300),
        EnsembleShape(name: "no trees", trees: 0),
        EnsembleShape(name: "least leaf", kind: .minimumThenBase),
        EnsembleShape(
            name: "greatest leaf",
            rules: [.equalToMember, .greater, .notEqual],
            missing: [.none, .zero],
            kind: .maximumThenBase
        ),
        EnsembleShape(
            name: "linear leaves",
            rules: [.lessOrEqual],
            input: .float64,
            sums: .float64,
            kind: .sumThenBase,
            base: 0,
            hasLinearLeaves: true
        ),
    ]

    @Test(arguments: shapes, [CompiledEnsemble.Kernels.fastest, .portable])
    func predictsWhatTheReferenceDoes(
        _ shape: EnsembleShape,
        _ kernels: CompiledEnsemble.Kernels
    ) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let random = try RandomEnsemble(shape, rows: Self.rowCount, seed: seed)
        let compiled = CompiledEnsemble(random.ensemble, kernels: kernels)
        let reference = ReferencePredictor(random.ensemble)
        let floats = random.rows.map { $0.map { Float($0) } }
        let context = Comment(rawValue: "seed \(seed), \(compiled.engineDescription)")

        let ofFloats = bits(floats.map { reference.prediction(of: $0.map(Double.init)) })
        #expect(batch(compiled, floats) == ofFloats, context)
        #expect(oneByOne(compiled, floats) == ofFloats, context)
        let ofDoubles = bits(random.rows.map { reference.prediction(of: $0) })
        #expect(batch(compiled, random.rows) == ofDoubles, context)
        #expect(oneByOne(compiled, random.rows) == ofDoubles, context)
    }

    @Test(arguments: [
        OutputTransform.identity, .sigmoid(slope: 0.7), .clampedSigmoid, .exponential, .softmax,
        .softmaxZero, .argmax, .hinge, .signedSquare, .softplus, .sorted, .probit,
        .complementaryPair, .oppositePair, .sigmoidPair,
    ])
    func transformsInPlace(_ transform: OutputTransform) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        for sums in [Precision.float32, .float64] {
            let isPair = transform.valueCount(margins: 1) == 2
            let shape = EnsembleShape(
                name: "",
                sums: sums,
                outputs: isPair ? 1 : 4,
                transform: transform
            )
            let random = try RandomEnsemble(shape, rows: 9, seed: seed)
            let reference = ReferencePredictor(random.ensemble)
            let expected = bits(random.rows.map { reference.prediction(of: $0) })
            let compiled = CompiledEnsemble(random.ensemble)
            #expect(batch(compiled, random.rows) == expected, "seed \(seed)")
        }
    }

    @Test func saysWhyItWalksPlainly() throws {
        let shape = EnsembleShape(name: "", hasLinearLeaves: true)
        let random = try RandomEnsemble(shape, rows: 1, seed: 1)
        let description = CompiledEnsemble(random.ensemble).engineDescription
        #expect(description == "plain walk, split by split: its leaves are linear models")
    }

    /// Shapes the kernels cover: unoptimised generic code, as the plain walk in a test is, allocates.
    @Test(
        arguments: shapes.filter {
            $0.kind != .minimumThenBase && $0.kind != .maximumThenBase
                && !$0.hasLinearLeaves
        }
    )
    func allocatesNothingPerCall(_ shape: EnsembleShape) throws {
        let random = try RandomEnsemble(shape, rows: 70, seed: 2)
        let compiled = CompiledEnsemble(random.ensemble)
        let rows = random.rows.flatMap { $0.map { Float($0) } }
        var results = [Double](repeating: 0, count: 70 * compiled.resultCountMax)
        let size = compiled.featureCount * MemoryLayout<Float>.stride
        rows.withUnsafeBufferPointer { rows in
            results.withUnsafeMutableBufferPointer { results in
                let rows = rows.baseAddress!
                let results = results.baseAddress!
                compiled.predict(rows: rows, stride: size, count: 70, into: results)
                let before = allocation_count()
                compiled.predict(row: rows, into: results)
                compiled.predict(rows: rows, stride: size, count: 70, into: results)
                #expect(allocation_count() == before)
            }
        }
    }
}

/// Bits of predictions: -0 is not 0, and NaN is itself.
private func bits(_ values: [[Double]]) -> [[UInt64]] { values.map { $0.map(\.bitPattern) } }

/// Predicts rows that lie apart by more than they are long.
private func batch<Value: BinaryFloatingPoint>(
    _ compiled: CompiledEnsemble,
    _ rows: [[Value]]
) -> [[UInt64]] {
    let padding = [Value](repeating: 7, count: 3)
    let flat = rows.flatMap { $0 + padding }
    let stride = (compiled.featureCount + padding.count) * MemoryLayout<Value>.stride
    var results = [Double](repeating: -1, count: rows.count * compiled.resultCountMax)
    predict(compiled, flat, stride, rows.count, &results)
    let width = compiled.valueCount
    return rows.indices.map { row in
        results[row * width..<(row + 1) * width].map(\.bitPattern)
    }
}

private func oneByOne<Value: BinaryFloatingPoint>(
    _ compiled: CompiledEnsemble,
    _ rows: [[Value]]
) -> [[UInt64]] {
    rows.map { row in
        var results = [Double](repeating: -1, count: compiled.resultCountMax)
        predict(compiled, row, 0, 1, &results)
        return results.prefix(compiled.valueCount).map(\.bitPattern)
    }
}

private func predict<Value: BinaryFloatingPoint>(
    _ compiled: CompiledEnsemble,
    _ values: [Value],
    _ stride: Int,
    _ count: Int,
    _ results: inout [Double]
) {
    if let floats = values as? [Float] {
        compiled.predict(rows: floats, stride: stride, count: count, into: &results)
    } else if let doubles = values as? [Double] {
        compiled.predict(rows: doubles, stride: stride, count: count, into: &results)
    }
}
