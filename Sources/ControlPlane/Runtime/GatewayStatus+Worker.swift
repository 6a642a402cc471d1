// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import PluginHost

extension GatewayStatus.Worker {
    /// What a supervisor says, as the status shows it.
    init(_ status: WorkerStatus) {
        let ends = WorkerEnd.allCases.map { ($0.rawValue, status.endCounts[$0] ?? 0) }
        self.init(
            state: status.state.rawValue,
            pid: status.processIdentifier,
            callsInFlight: status.callsInFlight,
            memoryBytes: status.memoryBytes,
            ends: Dictionary(uniqueKeysWithValues: ends),
            lastEnd: status.lastEnd,
            strayReplies: status.strayReplyCount,
            sandbox: status.sandbox.active,
            sandboxMissing: status.sandbox.missing
        )
    }
}
