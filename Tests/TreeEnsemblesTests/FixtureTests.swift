// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// Every model predicts to the bit what its library predicted.
struct FixtureTests {
    @Test func thereAreFixturesOfEveryFormat() {
        for suffix in ["json", "ubj", "txt"] {
            #expect(Fixture.all.contains { $0.file.hasSuffix(suffix) })
        }
    }

    @Test(arguments: Fixture.all)
    func predictsAsTheLibraryDoes(_ fixture: Fixture) throws {
        let ensemble = try ModelReader().ensemble(of: fixture.bytes())
        let predictor = ReferencePredictor(ensemble)
        let rows = try fixture.rows(columns: ensemble.features.count)
        let expected = try fixture.expected(columns: ensemble.outputCount + ensemble.valueCount)
        #expect(rows.count == expected.count)
        for (row, expected) in zip(rows, expected) {
            let margins = predictor.margins(of: row)
            let found = margins + predictor.prediction(of: row)
            let isClose = zip(found, expected).enumerated().allSatisfy { position, pair in
                let tolerance = position < margins.count ? 0 : Self.unitsOfPredictions(ensemble)
                return Self.areEqual(pair, ensemble.accumulation.precision, units: tolerance)
            }
            guard !isClose else { continue }
            Issue.record("\(row) gives \(found) and not \(expected)")
            break
        }
    }

    /// CatBoost and ONNX Runtime have exponentials of their own.
    private static func unitsOfPredictions(_ ensemble: TreeEnsemble) -> Double {
        [.catBoostJSON, .onnx].contains(ensemble.source.format) ? 4 : 1
    }

    /// Whether two values are the same bits, or that many units in the last place apart.
    private static func areEqual(
        _ pair: (found: Double, expected: Double),
        _ precision: Precision,
        units: Double
    ) -> Bool {
        let (found, expected) = pair
        if found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN) {
            return true
        }
        let unit = precision == .float32 ? Double(Float(expected).ulp) : expected.ulp
        return units > 0 && abs(found - expected) <= units * unit
    }
}
