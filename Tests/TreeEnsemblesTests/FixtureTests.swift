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
                let tolerance = position < margins.count ? Tolerance.none : .oneUnit
                return tolerance.allows(pair.0, pair.1, ensemble.accumulation.precision)
            }
            guard !isClose else { continue }
            Issue.record("\(row) gives \(found) and not \(expected)")
            break
        }
    }
}

/// How far a result may be from the library's.
enum Tolerance {
    /// The same bits.
    case none
    /// One unit in the last place.
    case oneUnit

    func allows(_ found: Double, _ expected: Double, _ precision: Precision) -> Bool {
        if found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN) {
            return true
        }
        guard case .oneUnit = self else { return false }
        let unit = precision == .float32 ? Double(Float(expected).ulp) : expected.ulp
        return abs(found - expected) <= unit
    }
}
