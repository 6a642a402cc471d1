// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import Logging

extension GatewayController {
    /// How long to wait between two looks at the store.
    package var pollIntervalNanoseconds: UInt64 { loaded.config.snapshots.pollIntervalNanoseconds }

    /// Adopts the published snapshot if another one was published since the last look, and takes
    /// withheld versions back as soon as they can serve.
    ///
    /// - Throws: only when the data plane cannot start.
    package func adoptPublishedSnapshot() async throws {
        let canBindMore = await releaseRetired()
        let store = SnapshotStore(directory: loaded.config.snapshots.directory)
        guard let token = store.currentToken(), token != self.token else {
            if canBindMore { await bindWithheld() }
            return
        }
        self.token = token
        var publication = Publication(of: .snapshot, board.publishing)
        do {
            let snapshot = try await verify(store, &publication)
            guard snapshot.id != served?.state.snapshot.id else {
                return board.write { $0.snapshotFault = nil }
            }
            let next = try await prove(loaded, on: snapshot, &publication)
            if dataPlane == nil { try await startDataPlane(with: next) }
            try await serve(next, &publication)
            adopted(next, &publication, store)
        } catch let failure as DataPlaneFailure {
            throw failure.reason
        } catch {
            refuseSnapshot(error, publication)
        }
    }

    /// Lets go of old states; true when that has made room for a withheld version.
    private func releaseRetired() async -> Bool {
        let bound = served?.bound ?? BoundVersions()
        guard !retired.isEmpty || !bound.withheld.isEmpty else { return false }
        let canBindMore = try? await LoadingThread.run { [retired] in
            retired.sweep()
            return bound.canBindMore
        }
        return canBindMore ?? false
    }

    private func bindWithheld() async {
        guard let snapshot = served?.state.snapshot else { return }
        var publication = Publication(of: .snapshot, board.publishing)
        do {
            let next = try await prove(loaded, on: snapshot, &publication)
            try await serve(next, &publication)
            publication.end(.adopted, snapshot.id)
            logger.info(
                "withheld versions serve again",
                metadata: ["still_withheld": "\(texts(next.bound.withheld))"]
            )
        } catch {
            refuseSnapshot(error, publication)
        }
    }

    private func verify(
        _ store: SnapshotStore,
        _ publication: inout Publication
    ) async throws -> FeatureSnapshot {
        let bytesPerSecond = loaded.config.snapshots.loadBytesPerSecond
        return try await publication.run(.verify) {
            try await LoadingThread.run { try store.openCurrent(bytesPerSecond: bytesPerSecond) }
        }
    }

    private func startDataPlane(with next: ServedConfig) async throws {
        do {
            dataPlane = try await startDataPlane(next.state, loaded.config)
        } catch {
            throw DataPlaneFailure(reason: error)
        }
    }

    private func adopted(
        _ next: ServedConfig,
        _ publication: inout Publication,
        _ store: SnapshotStore
    ) {
        let id = next.state.snapshot.id
        publication.end(.adopted, id)
        var metadata = publication.metadata
        metadata["snapshot"] = "\(id)"
        logger.info("snapshot adopted", metadata: metadata)
        do {
            try store.collectGarbage(keep: loaded.config.snapshots.keep)
        } catch {
            logger.warning("old snapshots stay on disk", metadata: ["error": "\(error)"])
        }
    }

    private func refuseSnapshot(_ error: any Error, _ publication: Publication) {
        // The gateway stops: nothing was refused.
        if error is CancellationError { return }
        refuse(error, publication)
        board.write { $0.snapshotFault = "\(error)" }
        var metadata = publication.metadata
        metadata["error"] = "\(error)"
        metadata["step"] = "\(publication.step?.rawValue ?? "")"
        logger.error("snapshot refused, the old one keeps serving", metadata: metadata)
    }
}

/// The data plane cannot start: the one failure that ends the gateway.
private struct DataPlaneFailure: Error { let reason: any Error }
