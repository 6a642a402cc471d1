// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketActivation
import Synchronization
import UnixSignals

/// Hands over to a new process on SIGUSR2: starts it with the listening sockets, lets it accept, and
/// finishes once it says that it does; whatever goes wrong before leaves this one serving.
package final class RestartService: Service {
    /// What a hand-over needs of the rest of the gateway.
    package struct Gateway: Sendable {
        /// The sockets of the data plane; empty while it does not listen.
        let dataSockets: @Sendable () -> [ListeningSocket]
        /// How long a successor may take to become ready.
        let timeoutNanoseconds: @Sendable () async -> UInt64
        /// Returns when nothing is accepted any more.
        let stopAccepting: @Sendable () async -> Void
        /// Accepts again: nobody took over.
        let resumeAccepting: @Sendable () async throws -> Void
        /// Finishes what is at work; the successor serves.
        let finish: @Sendable () -> Void

        /// Gathers what a hand-over needs.
        package init(
            dataSockets: @escaping @Sendable () -> [ListeningSocket],
            timeoutNanoseconds: @escaping @Sendable () async -> UInt64,
            stopAccepting: @escaping @Sendable () async -> Void,
            resumeAccepting: @escaping @Sendable () async throws -> Void,
            finish: @escaping @Sendable () -> Void
        ) {
            self.dataSockets = dataSockets
            self.timeoutNanoseconds = timeoutNanoseconds
            self.stopAccepting = stopAccepting
            self.resumeAccepting = resumeAccepting
            self.finish = finish
        }
    }

    /// Accepting takes a successor milliseconds: one that has not said so by then never will, and
    /// connections wait meanwhile.
    private static let acceptNanosecondsMaximum: UInt64 = 5_000_000_000

    /// Accepting again needs some descriptors, which may be short for a moment: 10 s, then the log says so.
    private static let resumeAttemptsMaximum = 100
    private static let resumePause = Duration.milliseconds(100)

    private let program: SuccessorProgram
    private let gateway: Gateway
    private let control: ListeningSocket
    private let board: GatewayBoard
    private let manager: ServiceManager
    private let logger: Logger
    private let attempts = Mutex(RestartAttempts())
    /// The successor that is waited for.
    private let successor = Mutex<Successor?>(nil)

    /// Makes a service that waits for the signal.
    package init(
        program: SuccessorProgram,
        gateway: Gateway,
        control: ListeningSocket,
        board: GatewayBoard,
        manager: ServiceManager,
        logger: Logger
    ) {
        self.program = program
        self.gateway = gateway
        self.control = control
        self.board = board
        self.manager = manager
        self.logger = logger
    }

    /// Obeys the signal until the group shuts down; a successor that is not ready then is ended.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            let signals = await UnixSignalsSequence(trapping: .sigusr2).cancelOnGracefulShutdown()
            for await _ in signals {
                if change({ $0.begin(at: .now()) }) {
                    group.addTask { [self] in await attempt() }
                } else {
                    logger.warning("a restart is under way already")
                }
            }
            successor.withLock { $0?.terminate() }
        }
    }

    private func attempt() async {
        do {
            let successor = try start()
            defer { self.successor.withLock { $0 = nil } }
            try await wait(for: successor, until: .ready)
            try await letAccept(successor)
            handedOver(to: successor)
        } catch {
            change { $0.fail("\(error)", at: .now()) }
            logger.error(
                "the new process did not become ready, the old one keeps serving",
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// Stops accepting, so that the successor can; accepts again if it does not.
    private func letAccept(_ successor: Successor) async throws {
        await gateway.stopAccepting()
        successor.acknowledge()
        do {
            try await wait(for: successor, until: .serving)
        } catch {
            try await resumeAccepting()
            throw error
        }
    }

    private func resumeAccepting() async throws {
        for _ in 1..<Self.resumeAttemptsMaximum {
            if (try? await gateway.resumeAccepting()) != nil { return }
            try await Task.sleep(for: Self.resumePause)
        }
        try await gateway.resumeAccepting()
    }

    private func handedOver(to successor: Successor) {
        change { $0.succeed(at: .now()) }
        manager.mainProcess(successor.processIdentifier)
        logger.info(
            "handed over to a new process",
            metadata: ["pid": "\(successor.processIdentifier)"]
        )
        gateway.finish()
    }

    private func start() throws -> Successor {
        let sockets = gateway.dataSockets()
        guard !sockets.isEmpty else {
            throw GatewayFault(
                "restart",
                "the data port is not open yet, there is nothing to hand over"
            )
        }
        guard getpid() != 1 else {
            throw GatewayFault(
                "restart",
                "this is process 1, whose end is the end of its container"
            )
        }
        let successor = try program.start(data: sockets, control: control)
        self.successor.withLock { $0 = successor }
        change { $0.started(successor.processIdentifier) }
        logger.info(
            "restarting: a new process starts",
            metadata: ["pid": "\(successor.processIdentifier)"]
        )
        return successor
    }

    private func wait(for successor: Successor, until step: Successor.Step) async throws {
        var nanoseconds = await gateway.timeoutNanoseconds()
        if case .serving = step { nanoseconds = min(nanoseconds, Self.acceptNanosecondsMaximum) }
        let milliseconds = Int32(clamping: nanoseconds / 1_000_000)
        let outcome = try await NIOSingletons.posixBlockingThreadPool.runIfActive {
            successor.wait(until: step, timeoutMilliseconds: milliseconds)
        }
        switch outcome {
        case .reached: return
        case .ended(let status):
            throw GatewayFault("process \(successor.processIdentifier)", Self.text(status))
        case .late:
            throw GatewayFault(
                "process \(successor.processIdentifier)",
                "was not \(step) within \(milliseconds) ms and was ended"
            )
        }
    }

    /// What a `wait` status says.
    private static func text(_ status: Int32) -> String {
        let signal = status & 0x7F
        return signal == 0
            ? "ended with exit code \(status >> 8 & 0xFF), its log says why"
            : "was ended by signal \(signal)"
    }

    @discardableResult
    private func change<Result: Sendable>(
        _ body: (inout RestartAttempts) -> Result
    ) -> Result {
        let (result, status) = attempts.withLock { attempts in
            let result = body(&attempts)
            return (result, attempts.status)
        }
        board.write { $0.restart = status }
        return result
    }
}
