// SPDX-License-Identifier: Apache-2.0
import Forecasting
import Testing

struct ForecasterTests {
    private static let intermittent: [Double] = [0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 4]

    @Test func aConstantSeriesStaysWhatItIs() {
        let series = Array(repeating: 7.0, count: 40)
        for method in ForecastMethod.allCases where method != .sba {
            let forecast = Forecaster(method: method, seasonLength: 4).forecast(series, horizon: 6)
            #expect(forecast.mean.allSatisfy { abs($0 - 7) < 1e-6 }, "\(method): \(forecast.mean)")
        }
    }

    @Test func trendAndSeasonGoOn() {
        let seasons = [1.0, -2, 4, -3]
        let series = (0..<48).map { 100 + 2 * Double($0) + seasons[$0 % 4] }
        let forecast = Forecaster(method: .ets, seasonLength: 4).forecast(series, horizon: 8)
        for step in 0..<8 {
            let expected = 100 + 2 * Double(48 + step) + seasons[step % 4]
            #expect(abs(forecast.mean[step] - expected) < 1, "\(forecast)")
        }
    }

    /// Written out by hand from the definitions.
    @Test func intermittentMethodsFollowTheirDefinitions() {
        func level(_ method: ForecastMethod) -> Double {
            Forecaster(method: method).forecast(Self.intermittent, horizon: 1).mean[0]
        }
        // Sizes 3, 5, 2, 4 and intervals 3, 4, 2, 3, smoothed with 0.1 from the first.
        let size = 0.9 * (0.9 * (0.9 * 3 + 0.1 * 5) + 0.1 * 2) + 0.1 * 4
        let interval = 0.9 * (0.9 * (0.9 * 3 + 0.1 * 4) + 0.1 * 2) + 0.1 * 3
        #expect(abs(level(.croston) - size / interval) < 1e-12)
        #expect(abs(level(.sba) - 0.95 * size / interval) < 1e-12)
    }

    @Test func intervalsHoldTheMeanAndNeverNarrow() {
        let series = (0..<60).map { Double(($0 * 7919) % 31) }
        let forecast = Forecaster(level: 0.8).forecast(series, horizon: 5)
        for step in 0..<5 {
            #expect(forecast.lower[step] <= forecast.mean[step])
            #expect(forecast.mean[step] <= forecast.upper[step])
            #expect(forecast.lower[step] >= 0)
        }
        #expect(forecast.upper[4] > forecast.mean[4])
    }

    @Test func everySeriesGetsAFiniteForecastThatRepeats() {
        let seed: UInt64 = 2_026
        var generator = SplitMix(state: seed)
        for round in 0..<150 {
            let count = Int(generator.next() % 40)
            let scale = [1e-9, 1, 1e9][Int(generator.next() % 3)]
            let series = (0..<count).map { _ in
                generator.next() % 3 == 0 ? 0 : scale * (Double(generator.next() % 2_000) - 900)
            }
            for method in ForecastMethod.allCases {
                let forecaster = Forecaster(method: method, seasonLength: 5, level: 0.9)
                let forecast = forecaster.forecast(series, horizon: 7)
                let numbers = forecast.mean + forecast.lower + forecast.upper
                #expect(numbers.count == 21)
                let isFinite = numbers.allSatisfy(\.isFinite)
                #expect(isFinite, "seed \(seed) round \(round) \(method) \(series)")
                #expect(forecast == forecaster.forecast(series, horizon: 7))
            }
        }
    }

    @Test func demandIsClassedByIntervalAndVariation() {
        #expect(DemandClass([4, 5, 6, 5]) == .smooth)
        #expect(DemandClass([1, 50, 2, 90]) == .erratic)
        #expect(DemandClass([0, 5, 0, 6]) == .intermittent)
        #expect(DemandClass([0, 1, 0, 90]) == .lumpy)
    }
}

/// A small seeded generator.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
