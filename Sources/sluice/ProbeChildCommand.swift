// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ControlPlane
import Foundation
import Logging

/// The process in which a reload tries a config before the gateway loads it; results go to a
/// descriptor the gateway opened.
struct ProbeChildCommand: ParsableCommand {
    static let name = "probe-child"

    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    @Option(name: .long) var config: String
    @Option(name: .long) var fingerprint: String
    @Option(name: .long) var snapshot: String?

    func run() {
        CandidateProbe.runChild(
            configPath: config,
            fingerprint: fingerprint,
            snapshotID: snapshot,
            environment: ProcessInfo.processInfo.environment,
            logger: Logger(label: "sluice.probe", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }
}
