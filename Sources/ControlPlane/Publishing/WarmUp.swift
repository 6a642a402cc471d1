// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import PluginHost

/// Lets versions answer before they serve: golden requests exactly, recorded ones at all.
///
/// Loading thread only.
struct WarmUp: Sendable {
    /// A version that was bound just now.
    struct Candidate: Sendable {
        let name: VersionName
        /// Folder of the model's own files.
        let artifact: String?
        /// Its model serves already, on another snapshot.
        let isServing: Bool
    }

    let requests: [RecordedRequest]
    let settings: PublishingConfig
    let calls: RehearsalCalls

    /// Asks every candidate of `next`; `serving` tells what one that serves already made of the same.
    ///
    /// - Returns: requests that were not answered in time: asking them again would cost another thread
    ///   of a pool each time.
    /// - Throws: `GatewayFault` naming the version and the difference or failure.
    @discardableResult
    func run(
        _ candidates: [Candidate],
        of next: ServingState,
        serving: ServingState?
    ) throws -> [RecordedRequest] {
        var late: [RecordedRequest] = []
        let end = MonotonicClock.nanoseconds + settings.warmUpTimeoutNanoseconds
        let rehearsal = try Rehearsal(of: next, clock: .system)
        for candidate in candidates {
            guard let place = next.place(of: candidate.name) else { continue }
            try checkGolden(candidate, rehearsal, next, place)
            let report = askRecorded(rehearsal, place, until: end)
            if let request = report.late { late.append(request) }
            guard let failure = report.failure, !report.isSound(for: candidate) else { continue }
            if candidate.isServing, try !didAnswer(candidate.name, serving) { continue }
            throw GatewayFault(
                candidate.name.text,
                "fails \(report.count) recorded requests on snapshot \(next.snapshot.id): \(failure)"
            )
        }
        return late
    }

    private func checkGolden(
        _ candidate: Candidate,
        _ rehearsal: Rehearsal,
        _ state: ServingState,
        _ place: Place
    ) throws {
        guard let golden = try GoldenRequests(artifact: candidate.artifact) else { return }
        for (index, entry) in golden.entries.enumerated()
        where entry.snapshot == nil || entry.snapshot == state.snapshot.id {
            let outcome = ask(rehearsal, try entry.recorded(for: place.model.kind), place)
            try golden.check(index, outcome, of: candidate.name)
        }
    }

    // MARK: Recorded requests

    /// What became of the recorded requests.
    private struct Report {
        var count = 0
        var hasAnswered = false
        var late: RecordedRequest?
        var failure: String?

        /// A version that serves already may be late: that is its breaker's business.
        func isSound(for candidate: Candidate) -> Bool {
            late == nil ? hasAnswered : candidate.isServing
        }
    }

    private func askRecorded(
        _ rehearsal: Rehearsal,
        _ place: Place,
        until end: UInt64
    ) -> Report {
        var report = Report()
        let asked = requests.lazy.filter { $0.kind == place.model.kind }
            .prefix(settings.warmUpRequests)
        for request in asked where MonotonicClock.nanoseconds < end {
            let outcome = ask(rehearsal, request, place)
            if outcome == .inapplicable { continue }
            report.count += 1
            switch outcome {
            case .inapplicable, .answered: report.hasAnswered = true
            case .failed(let reason): report.failure = report.failure ?? reason
            case .late:
                report.late = request
                report.failure = "no answer in time"
                return report
            }
        }
        return report
    }

    /// Whether the version answers any of the requests where it serves now.
    private func didAnswer(
        _ name: VersionName,
        _ serving: ServingState?
    ) throws -> Bool {
        guard let serving, let place = serving.place(of: name) else { return true }
        let end = MonotonicClock.nanoseconds + settings.warmUpTimeoutNanoseconds
        return askRecorded(try Rehearsal(of: serving, clock: .system), place, until: end)
            .hasAnswered
    }

    private func ask(
        _ rehearsal: Rehearsal,
        _ request: RecordedRequest,
        _ place: Place
    ) -> Rehearsal.Outcome {
        let timeout = settings.warmUpTimeoutNanoseconds
        return rehearsal.ask(
            request,
            of: place.model,
            version: place.index,
            deadlineNanoseconds: MonotonicClock.nanoseconds + timeout
        ) { call, version in
            switch version.placement {
            case .inline(let binding):
                HandlerStatus(
                    rawValue: binding.execute(call, reader: rehearsal.readerPointer)
                )
            case .queued(let queue):
                calls.run(call, on: queue, timeoutNanoseconds: timeout)
            }
        }
    }
}

/// Where a version is in a state.
private struct Place {
    let model: ServedModel
    let index: Int
}

extension ServingState {
    fileprivate func place(of name: VersionName) -> Place? {
        guard let model = models.first(where: { $0.name.text == name.model }),
            let index = model.versions.firstIndex(where: { $0.name.text == name.version })
        else { return nil }
        return Place(model: model, index: index)
    }
}
