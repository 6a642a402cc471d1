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
import Synchronization
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve prices and recommendations.",
        discussion: """
            SIGHUP reads the config again and keeps the old one if the new one is wrong. SIGTERM and \
            SIGINT make the gateway unready, then drain it. Exit codes: 0 stopped by a signal, 1 it \
            could not serve, 78 the config is wrong.
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
            port: port ?? config.server.port
        )
        let controller = try GatewayController(
            config: config,
            configPath: options.config,
            board: board,
            logger: logger,
            storage: storage,
            returns: wiring.returns,
            probe: CandidateProbe(executable: "/proc/self/exe", command: ProbeChildCommand.name),
            startDataPlane: wiring.startDataPlane
        )
        let gateway = GatewayService(
            controller: controller,
            environment: ProcessInfo.processInfo.environment,
            isReady: wiring.controlPlaneIsListening
        )
        wiring.gateway.withLock { $0 = gateway }
        let control = ControlPlaneServer(
            gateway: board,
            host: config.control.host,
            port: controlPort ?? config.control.port,
            logger: logger,
            onListening: { wiring.controlPlaneListens(port: $0) }
        )
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [control, gateway, OverloadReporter(loops: loops, logger: logger)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        ).run()
        logger.info("stopped")
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
