// SPDX-License-Identifier: Apache-2.0
import CLinux

/// Takes replies out of a worker's ring and ends the calls they answer.
///
/// Everything the ring says is checked: the slot, the message, the generation, and then every price
/// and item. Concurrency: the supervisor's thread. No allocation after init.
final class WorkerReplies {
    /// Replies that named no call in flight: late, double or forged.
    private(set) var strayCount: UInt64 = 0
    /// Whether the worker wrote what no sound worker writes.
    private(set) var isBroken = false
    let logLimit = LogRateLimit(linesPerSecond: Limits.logLinesPerSecond)

    private let supervisor: WorkerSupervisor
    private let doorbell: Doorbell
    private let words = WordTable()
    private let copy: UnsafeMutableRawPointer
    private var ring: RingConsumer

    init(_ supervisor: WorkerSupervisor) {
        self.supervisor = supervisor
        let memory = supervisor.memory
        doorbell = Doorbell(
            memory,
            flag: memory.layout.hostSleeps,
            event: supervisor.events.replies
        )
        copy = .allocate(byteCount: Limits.ringReplyBytes, alignment: 8)
        ring = RingConsumer(memory, at: memory.layout.replyRing, from: 0)
    }

    deinit { copy.deallocate() }

    /// Where the ring goes on.
    var position: UInt64 { ring.position }

    var isEmpty: Bool { ring.isEmpty }

    /// Ends every call whose reply is there.
    func drain() {
        isBroken = false
        // A worker that fills its ring all the time must not keep this thread for ever.
        for _ in 0..<supervisor.memory.layout.ringCells {
            guard let entry = ring.pop() else { return }
            guard take(entry) else { return isBroken = true }
        }
    }

    /// Waits a little for a reply without sleeping; whether one came.
    func spin() -> Bool {
        guard supervisor.calls.inFlightCount > 0 else { return !ring.isEmpty }
        let end = MonotonicClock.nanoseconds &+ Limits.ringSpinNanoseconds
        repeat {
            if !ring.isEmpty { return true }
            linux_thread_relax()
        } while MonotonicClock.nanoseconds < end
        return false
    }

    func announceSleep() { doorbell.announceSleep() }

    func announceAwake() { doorbell.announceAwake() }

    /// Ends every call in flight: no reply will come.
    func failAll() {
        supervisor.calls.forEachInFlight { slot, generation in
            guard let entry = supervisor.calls.take(slot, generation) else { return }
            supervisor.calls.release(slot)
            let call = entry.call.takeUnretainedValue()
            call.openReply()
            finish(entry, call.close(.unavailable))
        }
    }

    /// False for what is no reply.
    private func take(_ entry: RingEntry) -> Bool {
        guard entry.slot < supervisor.memory.layout.callCount,
            let bytes = supervisor.memory.reply(entry.slot).copyMessage(to: copy),
            case .reply(let reply)? = try? RingMessage.decode(bytes)
        else { return false }
        guard let flight = supervisor.calls.take(entry.slot, reply.generation) else {
            strayCount &+= 1
            return true
        }
        supervisor.calls.release(entry.slot)
        finish(flight, flight.call.takeUnretainedValue().receive(reply, words: words))
        return true
    }

    private func finish(_ entry: WorkerCalls.Entry, _ status: HandlerStatus) {
        let call = entry.call.takeRetainedValue()
        _ = call.updatePhase { $0.moved(to: .idle) }
        supervisor.completion(call, status.rawValue)
        entry.binding.release()
    }
}
