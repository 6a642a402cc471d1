// SPDX-License-Identifier: Apache-2.0

/// Collects one thread's requests as they end, and hands each second of them over.
///
/// Recording a request is one append; histograms are made by the `RecordWriter`, on its own thread.
struct Recorder {
    /// Series told apart: what a server answers must not fill the memory.
    private static let seriesMaximum = 256
    /// Samples that are handed over at the latest: 6 MiB of them.
    private static let samplesMaximum = 65_536
    private static let secondNanoseconds: UInt64 = 1_000_000_000

    private struct Key: Hashable {
        let route: Int
        let arm: Int
        let version: Int
        /// The rung of an answer; below zero a shed or failed request.
        let outcome: Int

        /// What is counted here when there are too many series.
        var folded: Key { Key(route: route, arm: 1, version: 1, outcome: min(outcome, 1)) }
    }

    private let routes: [String]
    private let writer: RecordWriter
    private let scoredFrom: UInt64
    private var arms = LabelTable()
    private var rungs = LabelTable()
    private var versions = LabelTable()
    private var phases = LabelTable(maximum: RequestSample.phasesMaximum)
    private var keys: [Key: UInt32] = [:]
    private var batch = SampleBatch(samples: [], series: [], phases: [])
    private var handedOver: UInt64
    /// Requests due or sent and not ended, over the run.
    var backlog: BacklogTrace

    init(routes: [String], clock: RunClock, writer: RecordWriter) {
        self.routes = routes
        self.writer = writer
        scoredFrom = clock.scoredFrom
        handedOver = clock.start
        backlog = clock.emptyBacklog
    }

    /// A whole reply came, good by its status or 503.
    mutating func countReply(
        _ timing: RequestTiming,
        route: Int,
        head: ReplyHead,
        in bytes: UnsafeRawBufferPointer,
        body: Range<Int>
    ) {
        let rung = rungs.index(of: UnsafeRawBufferPointer(rebasing: bytes[head.rung]))
        var sample = sample(
            timing,
            Key(
                route: route,
                arm: arms.index(of: ReplyArm.text(head, in: bytes, body: body)),
                version: versions.index(of: UnsafeRawBufferPointer(rebasing: bytes[head.version])),
                outcome: head.status == 503 ? -1 : rung
            )
        )
        ServerTiming.forEachPhase(UnsafeRawBufferPointer(rebasing: bytes[head.serverTiming])) {
            guard let phase = phases.indexIfRoom(of: $0) else { return }
            sample.phases[phase] = $1
        }
        append(sample)
    }

    /// A request failed; `timing.end` is when.
    mutating func countFailure(_ cause: FailureCause, _ timing: RequestTiming, route: Int) {
        append(sample(timing, Key(route: route, arm: 0, version: 0, outcome: -2 - cause.rawValue)))
    }

    /// Hands over what was measured, when a second has passed since the last time.
    mutating func handOverSecond(now: UInt64) {
        guard now >= handedOver + Self.secondNanoseconds else { return }
        handedOver = now
        handOver()
    }

    /// Hands over what was measured.
    mutating func handOver() {
        guard !batch.samples.isEmpty else { return }
        batch.phases = phases.labels
        batch.samples = writer.exchange(batch)
    }

    private mutating func append(_ sample: RequestSample) {
        batch.samples.append(sample)
        if batch.samples.count >= Self.samplesMaximum { handOver() }
    }

    private mutating func sample(_ timing: RequestTiming, _ key: Key) -> RequestSample {
        let due = timing.intended > scoredFrom ? timing.intended - scoredFrom : 0
        return RequestSample(
            timing: timing,
            second: UInt32(clamping: due / Self.secondNanoseconds),
            series: number(of: key)
        )
    }

    private mutating func number(of key: Key) -> UInt32 {
        if let known = keys[key] { return known }
        let isFull = batch.series.count >= Self.seriesMaximum
        if isFull, key != key.folded { return number(of: key.folded) }
        let number = UInt32(batch.series.count)
        keys[key] = number
        batch.series.append(name(of: key))
        return number
    }

    private func name(of key: Key) -> SeriesName {
        let outcome: RequestOutcome =
            switch key.outcome {
            case 0...: .answered(rung: rungs.labels[key.outcome])
            case -1: .shed
            default: .failed(FailureCause.allCases[-2 - key.outcome])
            }
        return SeriesName(
            route: routes[key.route],
            arm: arms.labels[key.arm],
            version: versions.labels[key.version],
            outcome: outcome
        )
    }
}
