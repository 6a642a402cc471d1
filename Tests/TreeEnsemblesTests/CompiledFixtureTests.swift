// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// Models of every library, compiled, answer as the reference does, at and beside their own thresholds.
struct CompiledFixtureTests {
    private static let probeCount = 150

    @Test(arguments: Fixture.all)
    func predictsAsTheReferenceDoes(_ fixture: Fixture) throws {
        let ensemble = try ModelReader().ensemble(of: fixture.bytes())
        let seed = UInt64.random(in: 0...UInt64.max)
        let rows = try fixture.rows(columns: ensemble.features.count) + probes(of: ensemble, seed)
        let reference = ReferencePredictor(ensemble)
        let expected = rows.flatMap { reference.margins(of: $0) }
        for kernels in [CompiledEnsemble.Kernels.fastest, .portable] {
            let compiled = CompiledEnsemble(ensemble, kernels: kernels)
            var margins = [Double](repeating: -1, count: expected.count)
            compiled.margins(
                rows: rows.flatMap { $0 },
                stride: ensemble.features.count * MemoryLayout<Double>.stride,
                count: rows.count,
                into: &margins
            )
            let isEqual = margins.map(\.bitPattern) == expected.map(\.bitPattern)
            #expect(isEqual, "seed \(seed), \(compiled.engineDescription)")
        }
    }

    /// Rows of thresholds, their neighbours and what is neither a number nor usual.
    private func probes(of ensemble: TreeEnsemble, _ seed: UInt64) -> [[Double]] {
        var random = EnsembleRandom(seed: seed)
        var bounds = ensemble.features.map { _ in [Double.nan, 0, -0.0, 1e-40, .infinity, -1, 3] }
        for node in ensemble.nodes { bounds[Int(node.feature)].append(node.threshold) }
        return (0..<Self.probeCount).map { _ in
            bounds.map { bounds in
                let bound = bounds.randomElement(using: &random) ?? 0
                let isFloat = ensemble.inputPrecision == .float32
                switch Int.random(in: 0..<4, using: &random) {
                case 0: return isFloat ? Double(Float(bound).nextUp) : bound.nextUp
                case 1: return isFloat ? Double(Float(bound).nextDown) : bound.nextDown
                default: return bound
                }
            }
        }
    }
}
