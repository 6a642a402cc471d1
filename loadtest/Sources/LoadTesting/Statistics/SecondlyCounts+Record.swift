// SPDX-License-Identifier: Apache-2.0

extension SecondlyCounts {
    /// What a record holds of a route; of all requests when nil.
    package init(_ record: RunRecord, route: String? = nil) {
        let answers = SeriesSelector(route: route)
        scheduled = record.histograms(of: answers, clock: .scheduled).map { LatencyCounts([$0]) }
        service = record.histograms(of: answers, clock: .service).map { LatencyCounts([$0]) }
        answered = record.counts(of: answers).map { Double($0) }
        shed = record.counts(of: SeriesSelector(route: route, outcomes: .shed)).map { Double($0) }
        due = record.counts(of: SeriesSelector(route: route, outcomes: .any)).map { Double($0) }
    }
}

extension LoadSettings {
    /// The same load at one rate, for so long.
    func steady(rate: Double, seconds: Double, seed: UInt64) -> LoadSettings {
        var settings = self
        let process =
            if case .open(let process, _) = pace { process } else { ArrivalProcess.poisson }
        settings.pace = .open(process, RateProfile([.init(seconds: seconds, rate: rate)]))
        settings.seed = seed
        return settings
    }
}
