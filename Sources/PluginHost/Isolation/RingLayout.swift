// SPDX-License-Identifier: Apache-2.0

/// Where everything lies in the memory a host and a worker share, in bytes from its start.
///
/// Both sides compute it from the number of calls, which only the host chooses.
package struct RingLayout: Hashable, Sendable, Codable {
    /// Calls that may be in flight: each has a slot for its request and one for its reply.
    let callCount: Int

    private static let cacheLine = 64
    private static let page = 4096

    /// A layout for `callCount` calls.
    package init(callCount: Int) {
        self.callCount = min(max(callCount, 1), Limits.workerCallsMax)
    }

    /// Set by a worker that sleeps until its event is signalled.
    var workerSleeps: Int { 0 }
    /// Set by a host that does.
    var hostSleeps: Int { Self.cacheLine }

    /// The processor a worker waits on, and the one of the host's thread that called last.
    var workerProcessor: Int { 2 * Self.cacheLine }
    var hostProcessor: Int { 3 * Self.cacheLine }

    /// Cells of each ring: twice the calls, so that a cell is never written again before it was read.
    var ringCells: Int {
        var cells = 2
        while cells < 2 * callCount { cells *= 2 }
        return cells
    }

    var requestRing: Int { Self.page }
    var replyRing: Int { requestRing + Self.page }
    /// For each call the generation its owner gave up.
    var abandoned: Int { replyRing + Self.page }
    private var slots: Int { abandoned + Self.page }
    private var slotBytes: Int { Limits.ringRequestBytes + Limits.ringReplyBytes }

    func request(_ slot: Int) -> Int { slots + slot * slotBytes }

    func reply(_ slot: Int) -> Int { request(slot) + Limits.ringRequestBytes }

    /// Bytes of the whole; pages nobody touched take no memory.
    var size: Int { slots + callCount * slotBytes }
}
