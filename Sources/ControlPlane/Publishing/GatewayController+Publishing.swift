// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import Glibc
import Logging
import PluginHost

/// What config and snapshots have in common on their way into force.
extension GatewayController {
    /// Binds a config to a snapshot and lets it answer before anybody is served from it.
    func prove(
        _ next: LoadedConfig,
        on snapshot: FeatureSnapshot,
        _ publication: inout Publication
    ) async throws -> ServedConfig {
        try await waitForRoom(next, snapshot, &publication)
        let candidate = try await bind(next, snapshot, &publication)
        try await warmUp(candidate, next, &publication)
        if let gate, let serving = served?.state {
            try await publication.run(.gate) { try await gate.ask(candidate.state, serving) }
        }
        return candidate
    }

    /// Gives calls of the snapshot before the last some time to end.
    private func waitForRoom(
        _ next: LoadedConfig,
        _ snapshot: FeatureSnapshot,
        _ publication: inout Publication
    ) async throws {
        let bound = served?.bound ?? BoundVersions()
        let timeout = next.config.publishing.drainTimeoutNanoseconds
        try await publication.run(.drain) {
            try await LoadingThread.run { [retired] in
                let end = MonotonicClock.nanoseconds + timeout
                retired.sweep()
                while bound.full(of: next.versions, for: snapshot),
                    MonotonicClock.nanoseconds < end
                {
                    usleep(Self.drainPollMicroseconds)
                    retired.sweep()
                }
            }
        }
    }

    /// Time between two looks at draining calls: a fraction of any budget.
    private static let drainPollMicroseconds: UInt32 = 5_000

    private func bind(
        _ next: LoadedConfig,
        _ snapshot: FeatureSnapshot,
        _ publication: inout Publication
    ) async throws -> ServedConfig {
        let (served, assembler, stuck) = (served, assembler, board.stuckThreads)
        let timeout = next.config.publishing.bindTimeoutNanoseconds
        let progress = BindingProgress()
        return try await publication.run(.bind) {
            try await LoadingThread.run(within: timeout, stuck, subject: { progress.subject }) {
                let bound = try BoundVersions(
                    next.versions,
                    to: snapshot,
                    reusing: served?.bound ?? BoundVersions(),
                    progress
                )
                let state = try assembler.assemble(
                    next.config,
                    next.versions,
                    bound,
                    snapshot: snapshot,
                    replacing: served?.state.catalog
                )
                return ServedConfig(state: state, bound: bound)
            }
        }
    }

    private func warmUp(
        _ candidate: ServedConfig,
        _ next: LoadedConfig,
        _ publication: inout Publication
    ) async throws {
        guard !candidate.bound.new.isEmpty else { return }
        let candidates = candidate.bound.new.map { name in
            WarmUp.Candidate(
                name: name,
                artifact: next.versions[name]?.origin.config.artifact,
                isServing: served?.bound.versions[name]?.model.identity
                    == next.versions[name]?.model.identity
            )
        }
        let (dataPlane, serving, calls) = (dataPlane, served?.state, assembler.returns.rehearsals)
        let (lateRequests, stuck) = (lateRequests, board.stuckThreads)
        let timeout =
            next.config.publishing.bindTimeoutNanoseconds
            + next.config.publishing.warmUpTimeoutNanoseconds
        let subject = texts(candidates.map(\.name))
        let late = try await publication.run(.warmUp) {
            let requests = try await dataPlane?.recordedRequests() ?? []
            let warmUp = WarmUp(
                requests: requests.filter { !lateRequests.contains($0) },
                settings: next.config.publishing,
                calls: calls
            )
            return try await LoadingThread.run(within: timeout, stuck, subject: { subject }) {
                try warmUp.run(candidates, of: candidate.state, serving: serving)
            }
        }
        self.lateRequests = Array((lateRequests + late).suffix(Self.lateRequestsMax))
    }

    /// Requests no warm-up asks again: as many as pools have threads to lose.
    private static let lateRequestsMax = 64

    /// Hands the next state to the event loops, and the old one over to be let go.
    func serve(_ next: ServedConfig, _ publication: inout Publication) async throws {
        let dataPlane = dataPlane
        try await publication.run(.switchOver) { try await dataPlane?.adopt(next.state) }
        if let old = served?.state { retired.add(old) }
        served = next
        for version in loaded.versions.values {
            version.pool?.dropReaders()
            version.shadow?.dropReaders()
        }
        board.write {
            if $0.state?.snapshot.id != next.state.snapshot.id { $0.adoptedAt = .now() }
            $0.state = next.state
            $0.dataPlane = dataPlane
            $0.snapshotFault = nil
        }
        onServing()
        report(next.bound, publication)
    }

    private func report(_ bound: BoundVersions, _ publication: Publication) {
        let id = served?.state.snapshot.id ?? ""
        board.publishing.record(
            bound.new.map { publication.result($0.text, .adopted, "on snapshot \(id)") }
                + bound.withheld.map {
                    publication.result(
                        $0.text,
                        .withheld,
                        "its calls of older snapshots have not ended; others serve in its place"
                    )
                }
        )
        guard !bound.withheld.isEmpty else { return }
        logger.warning(
            "versions are withheld until their calls of older snapshots end",
            metadata: ["versions": "\(texts(bound.withheld))", "snapshot": "\(id)"]
        )
    }

    /// Writes a refusal down for what was published and for the version at fault.
    func refuse(_ error: any Error, _ publication: Publication) {
        publication.end(.refused, "\(error)")
        let subject = (error as? GatewayFault)?.subject ?? (error as? PluginError)?.subject
        guard let subject, loaded.config.versionNames.contains(where: { $0.text == subject })
        else { return }
        board.publishing.record([
            publication.result(subject, .refused, step: publication.step, "\(error)")
        ])
    }

    func texts(_ names: [VersionName]) -> String { names.map(\.text).joined(separator: ", ") }
}
