// SPDX-License-Identifier: Apache-2.0

/// How one sending thread fared, beyond the requests it recorded.
struct ThreadSummary: Sendable {
    /// Requests that had not ended when the run was stopped.
    let unfinishedCount: Int
    /// CPU seconds of the thread.
    let processorSeconds: Double
    /// Connections opened.
    let connectionCount: Int
    /// Requests due and not ended, over the run.
    let backlog: BacklogTrace
}

extension RunDescription {
    mutating func add(_ summary: ThreadSummary) {
        unfinished += summary.unfinishedCount
        processorSeconds += summary.processorSeconds
        connectionsOpened += summary.connectionCount
    }
}
