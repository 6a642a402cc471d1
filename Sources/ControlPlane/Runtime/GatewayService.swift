// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import ServiceLifecycle
import SocketActivation
import Synchronization
import UnixSignals

/// Runs a gateway: looks for snapshots, reloads on SIGHUP, drains on shutdown.
///
/// Everything that changes what serves passes through one queue, one thing at a time.
///
/// A class, so that a log line that names the service does not print what it holds.
package final class GatewayService: Service {
    private enum Event: Sendable {
        case lookForSnapshot
        case reload
        case demote(ordinal: Int)
    }

    private let controller: GatewayController
    private let environment: [String: String]
    private let isReady: AsyncStream<Void>
    private let events: AsyncStream<Event>
    private let queue: AsyncStream<Event>.Continuation
    private let (handedOver, succession) = AsyncStream.makeStream(of: Void.self)
    private let isHandedOver = Atomic(false)
    private let manager: ServiceManager

    /// Events kept while one is handled; ticks and repeated signals beyond say nothing new.
    private static let queuedEventsMaximum = 64

    /// Makes a service that drives `controller` once `isReady` has an element: the control plane
    /// listens, and a second gateway on the same ports has failed before it takes any traffic.
    package init(
        controller: GatewayController,
        environment: [String: String],
        manager: ServiceManager,
        isReady: AsyncStream<Void>
    ) {
        self.controller = controller
        self.environment = environment
        self.manager = manager
        self.isReady = isReady
        (events, queue) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.queuedEventsMaximum)
        )
    }

    /// Asks for a version to be moved off the event loops.
    ///
    /// Never blocks.
    package func demote(ordinal: Int) {
        queue.yield(.demote(ordinal: ordinal))
    }

    /// Ends the service in favour of another process that accepts from the same sockets.
    package func handOver() {
        isHandedOver.store(true, ordering: .relaxed)
        succession.yield()
    }

    /// Serves until the group shuts down or another process took over, then drains.
    ///
    /// - Throws: when the data plane cannot listen.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await handleEvents() }
            group.addTask { [self] in try await poll() }
            group.addTask { [self] in await reloadOnSignal() }
            group.addTask { try await gracefulShutdown() }
            group.addTask { [handedOver] in for await _ in handedOver { return } }
            // The shutdown, the hand-over, or the first task that failed.
            try await group.next()
            queue.finish()
            succession.finish()
            group.cancelAll()
        }
        if isHandedOver.load(ordering: .relaxed) {
            await controller.handOver()
        } else {
            manager.stopping()
            await controller.drain()
        }
    }

    private func handleEvents() async throws {
        for await _ in isReady { break }
        for await event in events {
            switch event {
            case .lookForSnapshot: try await controller.adoptPublishedSnapshot()
            case .reload:
                manager.reloading()
                await controller.reload(environment: environment)
                manager.ready()
            case .demote(let ordinal): await controller.demote(ordinal: ordinal)
            }
        }
    }

    private func poll() async throws {
        while true {
            queue.yield(.lookForSnapshot)
            try await Task.sleep(nanoseconds: controller.pollIntervalNanoseconds)
        }
    }

    private func reloadOnSignal() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            queue.yield(.reload)
        }
    }
}
