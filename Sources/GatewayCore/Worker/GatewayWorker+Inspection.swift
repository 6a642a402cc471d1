// SPDX-License-Identifier: Apache-2.0
import Traffic

extension GatewayWorker {
    /// Decisions ever made room for, those of them that nothing works on, and those in the free lists.
    ///
    /// All are equal when no request is open and no handler has a call any more.
    package var decisionCounts: (all: Int, resting: Int, free: Int) {
        (
            decisions.all.count, decisions.all.count { $0.isResting && $0.isIdle },
            decisions.freeCount
        )
    }

    /// Who is admitted when not all can be answered, as it stands.
    package var loopAdmission: LoopAdmission { admission }
}
