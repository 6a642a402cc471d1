// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ControlPlane
import Foundation
import GatewayConfig
import GatewayCore
import HTTPEdge
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketActivation
import Synchronization
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve prices and recommendations.",
        discussion: """
            SIGHUP reads the config again and keeps the old one if the new one is wrong. SIGUSR2 \
            starts the program anew with the same arguments and sockets, and ends this process once \
            the new one serves. SIGTERM and SIGINT make the gateway unready, then drain it. Exit \
            codes: 0 stopped by a signal or replaced, 1 it could not serve, 78 the config is wrong.

            Sockets of a service manager (LISTEN_FDS) named `data` and `control` are used instead of \
            the ports, and NOTIFY_SOCKET is told what the gateway does.
            """
    )

    @OptionGroup var options: ConfigOptions

    @Option(
        name: .long,
        help: "Port of the data plane instead of the config's; 0 takes a free one."
    )
    var port: Int?

    @Option(name: .long, help: "Port of the control plane; 0 takes a free one.")
    var controlPort: Int?

    @Option(name: .long, help: "File with the process id, written once it serves.")
    var pidFile: String?

    func validate() throws {
        for port in [port, controlPort].compactMap({ $0 }) where !(0...65_535).contains(port) {
            throw ValidationError("a port is a number from 0 to 65535")
        }
    }

    func run() async throws {
        let config = try options.load()
        let logger = Self.makeLogger(config.log)
        do {
            try await serve(config, logger)
        } catch {
            logger.critical("the gateway stopped", metadata: ["error": "\(error)"])
            throw ExitCode.failure
        }
    }

    private func serve(_ config: GatewayConfig, _ logger: Logger) async throws {
        // First of all: afterwards no thread changes the environment.
        let environment = ProcessInfo.processInfo.environment
        let passed = try PassedSockets.take(from: environment)
        let program = SuccessorProgram.ofThisProcess()
        let manager = ServiceManager(environment: environment)
        let pidFile = pidFile.map(PIDFile.init)
        defer { pidFile?.remove() }
        let controlSocket =
            try passed.control
            ?? .open(host: config.control.host, port: controlPort ?? config.control.port)
        let loopCount =
            config.server.eventLoops == 0 ? System.coreCount : config.server.eventLoops
        let storage = MetricStorage(shardCount: loopCount)
        let loops = storage.shards.map(\.load)
        let board = GatewayBoard(configPath: options.config, loops: loops)
        let wiring = Wiring(
            loopCount: loopCount,
            storage: storage,
            returns: PoolReturns(),
            logger: logger,
            port: port ?? config.server.port,
            passed: passed,
            connectionsMaximum: Self.connectionsMaximum(config.server.limits, logger),
            onServing: { Self.announce(pidFile, manager, logger) }
        )
        let controller = try GatewayController(
            config: config,
            configPath: options.config,
            board: board,
            logger: logger,
            storage: storage,
            returns: wiring.returns,
            probe: CandidateProbe(executable: "/proc/self/exe", command: ProbeChildCommand.name),
            startDataPlane: wiring.startDataPlane,
            onServing: { wiring.dataPlaneServes() }
        )
        let gateway = GatewayService(
            controller: controller,
            environment: environment,
            manager: manager,
            isReady: wiring.controlPlaneIsListening
        )
        wiring.gateway.withLock { $0 = gateway }
        let control = ControlPlaneServer(
            gateway: board,
            socket: controlSocket,
            allowedHosts: [config.control.host] + config.control.allowedHosts,
            logger: logger,
            mayAccept: { await wiring.controlPlaneMayAccept() },
            onListening: { wiring.controlPlaneListens(port: $0) }
        )
        let restart = RestartService(
            program: program,
            gateway: Self.predecessor(board, controller, control, gateway),
            control: controlSocket,
            board: board,
            manager: manager,
            logger: logger
        )
        try await Self.run(
            control,
            restart,
            gateway,
            OverloadReporter(loops: loops, logger: logger),
            logger
        )
        logger.info("stopped")
    }

    /// What a process that takes over asks of this one.
    private static func predecessor(
        _ board: GatewayBoard,
        _ controller: GatewayController,
        _ control: ControlPlaneServer,
        _ gateway: GatewayService
    ) -> RestartService.Gateway {
        .init(
            dataSockets: { board.dataSockets },
            timeoutNanoseconds: { await controller.restartTimeoutNanoseconds },
            stopAccepting: {
                await board.stopAccepting()
                await control.stopAccepting()
            },
            resumeAccepting: {
                try await board.resumeAccepting()
                control.resumeAccepting()
            },
            finish: gateway.handOver
        )
    }

    private static func run(
        _ control: ControlPlaneServer,
        _ restart: RestartService,
        _ gateway: GatewayService,
        _ reporter: OverloadReporter,
        _ logger: Logger
    ) async throws {
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: control), .init(service: restart),
                    .init(service: reporter),
                    // It ends by itself once another process serves.
                    .init(
                        service: gateway,
                        successTerminationBehavior: .gracefullyShutdownGroup
                    ),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        ).run()
    }

    /// Tells whoever waits that this process serves.
    private static func announce(
        _ pidFile: PIDFile?,
        _ manager: ServiceManager,
        _ logger: Logger
    ) {
        do {
            try pidFile?.write()
        } catch {
            logger.warning("the process id is in no file", metadata: ["error": "\(error)"])
        }
        manager.ready()
    }

    /// Connections of the config, or as many as the system lets this process have.
    private static func connectionsMaximum(_ limits: ServerLimits, _ logger: Logger) -> Int {
        let limit = DescriptorLimit.raise()
        guard limits.connections > limit.connections else { return limits.connections }
        logger.warning(
            "fewer connections fit than the config allows: raise the limit of open files",
            metadata: [
                "configured": "\(limits.connections)", "possible": "\(limit.connections)",
                "open_files": "\(limit.count)",
            ]
        )
        return limit.connections
    }

    private static func makeLogger(_ config: LogConfig) -> Logger {
        let output = LogOutput()
        let level = Logger.Level(rawValue: config.level.rawValue) ?? .info
        let format = LogFormat(rawValue: config.format.rawValue) ?? .json
        LoggingSystem.bootstrap {
            LineLogHandler(label: $0, format: format, output: output, logLevel: level)
        }
        return Logger(label: "sluice")
    }
}
