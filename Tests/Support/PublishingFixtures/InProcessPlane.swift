// SPDX-License-Identifier: Apache-2.0
import ControlPlane
import GatewayCore
import GatewayFixtures
import PluginHost
import SocketActivation

/// A data plane without sockets: two workers that take turns.
package actor InProcessPlane: DataPlane {
    /// None: there are no sockets.
    package nonisolated let port = 0
    /// None either.
    package nonisolated let sockets: [ListeningSocket] = []

    private let workers: [GatewayWorker]
    private var next = 0

    /// Workers that answer from `state`.
    ///
    /// - Throws: `SnapshotError` when the snapshot cannot be read.
    package init(_ state: ServingState, _ storage: MetricStorage) throws {
        workers = try (0..<2).map { index in
            try GatewayWorker(
                state: state,
                index: index,
                bodyBytesMaximum: 256 * 1024,
                metrics: storage.shards[index],
                clock: .system,
                origin: UInt64(index)
            )
        }
    }

    /// The status of a request's reply, when it was answered at once.
    package func ask(_ request: RequestFixture) -> Int? {
        next = (next + 1) % workers.count
        let worker = workers[next]
        guard request.handle(by: worker, arrival: worker.monotonicNanoseconds) == .answered
        else { return nil }
        return worker.reply.status.code
    }

    /// Takes a call back from a pool.
    func ended(_ call: HandlerCall, _ status: Int32) {
        let mark = CallMark(of: call)
        workers[mark.worker].poolEnded(mark.slot, call, status: status)
    }

    /// Answers from another state.
    package func adopt(_ state: ServingState) async throws {
        for worker in workers { try worker.adopt(state) }
    }

    /// What the workers have kept.
    package func recordedRequests() async throws -> [RecordedRequest] {
        workers.flatMap { $0.recordedRequests() }
    }

    /// At once.
    package func turn() async throws {}
    /// Nobody to tell.
    package func announceDraining() async throws {}
    /// Nothing to wait for.
    package func drain(timeoutNanoseconds: UInt64) async throws {}
    /// Nothing to stop.
    package func stopAccepting() async {}
    /// Nothing to begin again.
    package func resumeAccepting() async throws {}
    /// Nothing to hand over.
    package func handOver(timeoutNanoseconds: UInt64) async throws {}
}
