// SPDX-License-Identifier: Apache-2.0

/// Turns batches of samples into intervals: one for each second, series and clock.
struct RecordBuilder: Sendable {
    /// What is left of the samples.
    struct Parts: Sendable {
        var series: [SeriesName] = []
        var intervals: [RecordedInterval] = []
        var slowest: [SlowRequest] = []
    }

    private var numbers: [SeriesName: Int] = [:]
    private var parts = Parts()
    private var slowest = SlowestRequests()
    /// Used over and over, so that a second allocates little.
    private var times: [UInt64] = []

    /// Encodes a batch.
    mutating func add(_ batch: SampleBatch) {
        let samples = batch.samples.sorted {
            ($0.second, $0.series) < ($1.second, $1.series)
        }
        var rest = samples[...]
        while let first = rest.first {
            let group = rest.prefix { $0.second == first.second && $0.series == first.series }
            add(group, of: batch)
            rest = rest[group.endIndex...]
        }
    }

    /// The intervals by second; those of several threads, or of late replies, added up.
    mutating func finish() -> Parts {
        parts.intervals = RecordedInterval.merged(parts.intervals)
        parts.slowest = slowest.sorted
        return parts
    }

    private mutating func add(_ group: ArraySlice<RequestSample>, of batch: SampleBatch) {
        guard let first = group.first else { return }
        let name = batch.series[Int(first.series)]
        let series = number(of: name)
        let clocks = LatencyClock.measuredHere + batch.phases.map(LatencyClock.phase)
        for clock in clocks + [.outsideServer] {
            times.removeAll(keepingCapacity: true)
            let read = clock.reader(phases: batch.phases)
            for sample in group { if let time = read(sample) { times.append(time) } }
            guard !times.isEmpty else { continue }
            let counts = HistogramCounts(ofSorting: &times)
            parts.intervals.append(
                RecordedInterval(Int(first.second), series, clock, counts)
            )
        }
        for sample in group { slowest.add(sample, name, phases: batch.phases) }
    }

    private mutating func number(of name: SeriesName) -> Int {
        if let known = numbers[name] { return known }
        numbers[name] = parts.series.count
        parts.series.append(name)
        return parts.series.count - 1
    }
}

extension LatencyClock {
    static let measuredHere: [LatencyClock] = [
        .scheduled, .service, .timerLag, .connectionWait, .firstByte,
    ]

    /// Reads a sample's time by this clock, in nanoseconds; nil where the sample has none.
    func reader(phases: [String]) -> (RequestSample) -> UInt64? {
        guard case .phase(let name) = self else { return { $0.timing.nanoseconds(by: self) } }
        if self == .outsideServer {
            guard let total = phases.firstIndex(of: Self.totalPhase) else { return { _ in nil } }
            return { sample in
                guard let server = sample.phase(total),
                    let service = sample.timing.nanoseconds(by: .service)
                else { return nil }
                return service > server ? service - server : 0
            }
        }
        guard let index = phases.firstIndex(of: name) else { return { _ in nil } }
        return { $0.phase(index) }
    }
}

extension RequestSample {
    /// A phase's time in nanoseconds; nil when the reply did not name it.
    func phase(_ index: Int) -> UInt64? {
        phases[index] == Self.absent ? nil : UInt64(phases[index]) * 1_000
    }
}
