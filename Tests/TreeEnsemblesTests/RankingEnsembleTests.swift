// SPDX-License-Identifier: Apache-2.0
import CAllocationCounter
import Testing
import TreeEnsembles

/// Rows that share a context are predicted as the whole rows are, and nothing is allocated for it.
struct RankingEnsembleTests {
    private static let count = 100
    private static let context: Set<Int> = [0, 2, 3, 7]

    private static let shapes = CompiledEnsembleTests.shapes.filter {
        $0.features > 8 && $0.kind != .minimumThenBase && $0.kind != .maximumThenBase
            && !$0.hasLinearLeaves
    }

    @Test(arguments: shapes, [CompiledEnsemble.Kernels.fastest, .portable])
    func decidesTheContextOnce(
        _ shape: EnsembleShape,
        _ kernels: CompiledEnsemble.Kernels
    ) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let random = try RandomEnsemble(shape, rows: Self.count, seed: seed)
        let compiled = CompiledEnsemble(random.ensemble, kernels: kernels)
        let ranking = try #require(RankingEnsemble(compiled, contextFeatures: Self.context))
        for context in random.rows.prefix(5) {
            let call = RankingCall(compiled, ranking, context, random.rows, Self.context)
            #expect(call.expected == call.ofRows, "seed \(seed), \(compiled.engineDescription)")
            #expect(call.expected == call.ofCodes, "seed \(seed), \(compiled.engineDescription)")
            #expect(call.allocationCount == 0)
        }
    }

    @Test func saysHowMuchTheContextDecides() throws {
        let random = try RandomEnsemble(EnsembleShape(name: "", features: 9), rows: 1, seed: 3)
        let compiled = CompiledEnsemble(random.ensemble)
        let all = try #require(RankingEnsemble(compiled, contextFeatures: Set(0..<9)))
        let none = try #require(RankingEnsemble(compiled, contextFeatures: []))
        #expect(none.contextSplitShare == 0)
        #expect(all.contextSplitShare == (compiled.engineDescription.contains("AVX2") ? 1 : 0))
    }
}

/// One call in three ways: whole rows, rows without the context, and codes.
private struct RankingCall {
    let expected: [UInt64]
    let ofRows: [UInt64]
    let ofCodes: [UInt64]
    let allocationCount: UInt64

    init(
        _ compiled: CompiledEnsemble,
        _ ranking: RankingEnsemble,
        _ context: [Double],
        _ rows: [[Double]],
        _ features: Set<Int>
    ) {
        let width = compiled.featureCount
        let size = width * MemoryLayout<Float>.stride
        let whole = rows.flatMap { row in
            (0..<width).map { Float(features.contains($0) ? context[$0] : row[$0]) }
        }
        // What must not be read is a number no threshold expects.
        let items = rows.flatMap { row in
            (0..<width).map { features.contains($0) ? 12_345 : Float(row[$0]) }
        }
        let shared = (0..<width).map { features.contains($0) ? Float(context[$0]) : 12_345 }
        let room = rows.count * compiled.resultCountMax
        var results = (0..<3).map { _ in [Double](repeating: 0, count: room) }
        var codes = [UInt8](repeating: 0, count: rows.count * ranking.codeCount)
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: ranking.scratchByteCount,
            alignment: 8
        )
        defer { scratch.deallocate() }
        compiled.predict(rows: whole, stride: size, count: rows.count, into: &results[0])
        ranking.encode(rows: items, stride: size, count: rows.count, into: &codes)
        let before = allocation_count()
        ranking.predict(
            context: shared,
            rows: items,
            stride: size,
            count: rows.count,
            scratch: scratch,
            into: &results[1]
        )
        ranking.predict(
            context: shared,
            codes: &codes,
            stride: ranking.codeCount,
            count: rows.count,
            scratch: scratch,
            into: &results[2]
        )
        allocationCount = allocation_count() - before
        let bits = results.map { $0.prefix(rows.count * compiled.valueCount).map(\.bitPattern) }
        (expected, ofRows, ofCodes) = (bits[0], bits[1], bits[2])
    }
}
