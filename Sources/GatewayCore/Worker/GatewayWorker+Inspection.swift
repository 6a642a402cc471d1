// SPDX-License-Identifier: Apache-2.0

extension GatewayWorker {
    /// Decisions ever made room for, and those of them that are not at work.
    ///
    /// They are equal when no request is open and no handler has a call any more.
    package var decisionCounts: (all: Int, free: Int) {
        (decisions.all.count, decisions.freeCount)
    }
}
