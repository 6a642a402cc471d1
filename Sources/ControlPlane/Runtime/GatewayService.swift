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
    private let controller: GatewayController
    private let environment: [String: String]
    private let isReady: AsyncStream<Void>
    private let pending = Mutex(PendingEvents())
    /// Whether something waits in `pending`; one element says it for all.
    private let (wakeUps, wakeUp) = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingNewest(1)
    )
    private let (handedOver, succession) = AsyncStream.makeStream(of: Void.self)
    private let isHandedOver = Atomic(false)
    private let manager: ServiceManager

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
    }

    /// Asks for a version to be moved off the event loops.
    ///
    /// Never blocks.
    package func demote(ordinal: Int) {
        ask(for: .demote(ordinal: ordinal))
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
        // Before anything else, for until then a SIGHUP ends the process.
        let signals = await UnixSignalsSequence(trapping: .sighup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await handleEvents() }
            group.addTask { [self] in try await poll() }
            group.addTask { [self] in await reload(on: signals) }
            group.addTask { try await gracefulShutdown() }
            group.addTask { [handedOver] in for await _ in handedOver { return } }
            // The shutdown, the hand-over, or the first task that failed.
            try await group.next()
            wakeUp.finish()
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

    private func ask(for event: PendingEvents.Event) {
        pending.withLock { $0.add(event) }
        wakeUp.yield()
    }

    private func handleEvents() async throws {
        for await _ in isReady { break }
        for await _ in wakeUps {
            while !Task.isCancelled, let event = pending.withLock({ $0.takeNext() }) {
                try await handle(event)
            }
        }
    }

    private func handle(_ event: PendingEvents.Event) async throws {
        switch event {
        case .lookForSnapshot: try await controller.adoptPublishedSnapshot()
        case .reload:
            manager.reloading()
            await controller.reload(environment: environment)
            manager.ready()
        case .demote(let ordinal): await controller.demote(ordinal: ordinal)
        }
    }

    private func poll() async throws {
        while true {
            ask(for: .lookForSnapshot)
            try await Task.sleep(nanoseconds: controller.pollIntervalNanoseconds)
        }
    }

    private func reload(on signals: UnixSignalsSequence) async {
        for await _ in signals { ask(for: .reload) }
    }
}
