// SPDX-License-Identifier: Apache-2.0
import CLinux
import Synchronization

/// Takes replies out of a worker's ring and ends the calls they answer.
///
/// Any thread of the host may collect, one at a time: the supervisor's, which the worker wakes, and
/// an event loop that waits a moment for its answer and so needs no waking. Everything the ring says
/// is checked: the slot, the message, the generation, and then every price and item. No lock, no
/// allocation after init.
///
/// `@unchecked Sendable` because the ring's position, the copy and the words are touched only by the
/// thread that has claimed them.
final class WorkerReplies: @unchecked Sendable {
    private let memory: RingMemory
    private let calls: WorkerCalls
    private let completion: HandlerPool.Completion
    private let doorbell: Doorbell
    /// Wakes the supervisor.
    private let event: Int32
    private let claim = Atomic<UInt8>(Claim.free)
    /// Threads that look at the ring and need no waking.
    private let watcherCount = Atomic<Int>(1)
    private let strays = Atomic<UInt64>(0)
    private let broken = Atomic<Bool>(false)

    /// Replies one look takes at most: a worker that fills its ring all the time must not keep an
    /// event loop.
    private static let repliesPerLook = 4

    private let words = WordTable()
    private let copy: UnsafeMutableRawPointer
    private var ring: RingConsumer

    /// Replies of a worker that is watched by the supervisor's thread from the start.
    init(
        _ memory: RingMemory,
        _ calls: WorkerCalls,
        event: Int32,
        completion: @escaping HandlerPool.Completion
    ) {
        self.memory = memory
        self.calls = calls
        self.completion = completion
        self.event = event
        doorbell = Doorbell(memory, flag: memory.layout.hostSleeps, event: event)
        copy = .allocate(byteCount: Limits.ringReplyBytes, alignment: 8)
        ring = RingConsumer(memory, at: memory.layout.replyRing, from: 0)
    }

    deinit { copy.deallocate() }

    /// Replies that named no call in flight: late, double or forged.
    var strayCount: UInt64 { strays.load(ordering: .relaxed) }

    // MARK: On any thread

    /// Ends every call whose reply is there, or has the thread that is at it look once more.
    func collect() {
        if claim.exchange(Claim.wanted, ordering: .acquiringAndReleasing) == Claim.free {
            _ = drainAndRelease(most: memory.layout.ringCells)
        }
    }

    /// Ends every call whose reply is there, unless another thread is at it; whether there was one.
    private func collectIfFree() -> Bool {
        claimIfFree() && drainAndRelease(most: Self.repliesPerLook) > 0
    }

    /// Waits for a reply without sleeping, for so long at most.
    ///
    /// While a thread waits like this, the worker wakes nobody. At once `idle` where the worker needs
    /// this thread's processor.
    func awaitOne(nanoseconds: UInt64) -> SpinOutcome {
        guard calls.inFlightCount > 0,
            !memory.sharesProcessor(with: memory.layout.workerProcessor)
        else { return .idle }
        beginWatching()
        defer { endWatching() }
        let end = MonotonicClock.nanoseconds &+ nanoseconds
        repeat {
            if collectIfFree() { return .hit }
            linux_thread_relax()
        } while MonotonicClock.nanoseconds < end
        return .miss
    }

    /// From now on this thread looks at the ring by itself.
    func beginWatching() {
        watcherCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
        doorbell.announceAwake()
    }

    /// This thread stops looking.
    ///
    /// The last one to do so asks for a bell, then looks once more: a reply either finds the bell or is
    /// found.
    func endWatching() {
        let left = watcherCount.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
        guard left == 0 else { return }
        doorbell.announceSleep()
        collect()
    }

    // MARK: On the supervisor's thread

    /// Whether the worker wrote what no sound worker writes; asking forgives it.
    func takeBroken() -> Bool { broken.exchange(false, ordering: .relaxed) }

    /// Where the ring goes on; no worker may be alive.
    var position: UInt64 { exclusively { ring.position } }

    /// Forgets what lies in the ring; no worker may be alive.
    func clear() { exclusively { memory.clearReplies() } }

    /// Takes the signal that ended this thread's sleep.
    func clearSignal() { linux_event_clear(event) }

    /// Ends every call in flight: no reply will come.
    func failAll() {
        calls.forEachInFlight { slot, generation in
            guard let entry = calls.take(slot, generation) else { return }
            calls.release(slot)
            let call = entry.call.takeUnretainedValue()
            call.openReply()
            finish(entry, call.close(.unavailable))
        }
    }

    /// Waits until no other thread collects: as long as that takes for one ring.
    private func exclusively<Result>(_ body: () -> Result) -> Result {
        while !claimIfFree() { linux_thread_relax() }
        defer { _ = drainAndRelease(most: memory.layout.ringCells) }
        return body()
    }

    // MARK: With the claim

    /// Who may touch the ring.
    private enum Claim {
        static let free: UInt8 = 0
        static let taken: UInt8 = 1
        /// Another thread wants the one that has it to look once more.
        static let wanted: UInt8 = 2
    }

    private func claimIfFree() -> Bool {
        claim.compareExchange(
            expected: Claim.free,
            desired: Claim.taken,
            ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Drains until nobody wants more; how many replies there were.
    private func drainAndRelease(most: Int) -> Int {
        var count = 0
        repeat {
            claim.store(Claim.taken, ordering: .sequentiallyConsistent)
            count += drain(most: most)
        } while !release()
        return count
    }

    private func release() -> Bool {
        claim.compareExchange(
            expected: Claim.taken,
            desired: Claim.free,
            ordering: .acquiringAndReleasing
        ).exchanged
    }

    private func drain(most: Int) -> Int {
        for count in 0..<most {
            guard let entry = ring.pop() else { return count }
            guard take(entry) else {
                broken.store(true, ordering: .relaxed)
                linux_event_signal(event)
                return count
            }
        }
        return most
    }

    /// False for what is no reply.
    private func take(_ entry: RingEntry) -> Bool {
        guard entry.slot < memory.layout.callCount,
            let bytes = memory.reply(entry.slot).copyMessage(to: copy),
            case .reply(let reply)? = try? RingMessage.decode(bytes)
        else { return false }
        guard let flight = calls.take(entry.slot, reply.generation) else {
            strays.wrappingAdd(1, ordering: .relaxed)
            return true
        }
        calls.release(entry.slot)
        finish(flight, flight.call.takeUnretainedValue().receive(reply, words: words))
        return true
    }

    private func finish(_ entry: WorkerCalls.Entry, _ status: HandlerStatus) {
        let call = entry.call.takeRetainedValue()
        _ = call.updatePhase { $0.moved(to: .idle) }
        completion(call, status.rawValue)
        entry.binding.release()
    }
}
