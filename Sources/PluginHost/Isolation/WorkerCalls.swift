// SPDX-License-Identifier: Apache-2.0
import CSluice
import Synchronization

/// The calls that are with a worker, and the way to hand it more.
///
/// Any thread submits; one thread, the supervisor's, ends calls. Each submitted call ends exactly once:
/// by the worker's reply, or with the worker. No lock, no allocation.
///
/// `@unchecked Sendable` because an entry is touched by the submitter that claimed its slot until the
/// slot's word says so, and from then on by whoever took the call out by compare-and-exchange.
final class WorkerCalls: @unchecked Sendable {
    struct Entry {
        let call: Unmanaged<HandlerCall>
        let binding: Unmanaged<IsolatedBinding>
    }

    let memory: RingMemory
    let requests: RingProducer
    private let callCount: Int
    private let doorbell: Doorbell
    /// A bit for each slot that is free.
    private let free: Atomic<UInt64>
    /// For each slot the generation, and in the lowest bit whether its call is in flight.
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let deadlines: AtomicCells
    private let entries: UnsafeMutablePointer<Entry?>
    /// Which process takes calls, counted from 1; 0 while none does.
    private let run = Atomic<UInt64>(0)

    init(_ memory: RingMemory, doorbell: Doorbell) {
        self.memory = memory
        self.doorbell = doorbell
        callCount = memory.layout.callCount
        requests = RingProducer(memory, at: memory.layout.requestRing, from: 0)
        free = Atomic(callCount == 64 ? .max : 1 << UInt64(callCount) - 1)
        words = .allocate(capacity: callCount)
        for slot in 0..<callCount { (words + slot).initialize(to: Atomic(0)) }
        deadlines = AtomicCells(count: callCount)
        entries = .allocate(capacity: callCount)
        entries.initialize(repeating: nil, count: callCount)
    }

    deinit {
        words.deinitialize(count: callCount)
        words.deallocate()
        entries.deallocate()
    }

    /// Calls that have not come back.
    var inFlightCount: Int { callCount - free.load(ordering: .relaxed).nonzeroBitCount }

    // MARK: On the submitting thread

    /// Hands a call over; false when no worker takes calls, or too many are with it.
    func submit(_ call: HandlerCall, _ binding: IsolatedBinding) -> Bool {
        let run = run.load(ordering: .sequentiallyConsistent)
        guard run != 0, let slot = claim() else { return false }
        let generation = (words[slot].load(ordering: .relaxed) >> 1) &+ 1
        let size = RingRequest.write(
            call.request.pointee,
            productCount: call.state.pointee.productCount,
            generation: generation,
            binding: binding.number,
            into: memory.request(slot)
        )
        guard size != nil else {
            release(slot)
            return false
        }
        let before = call.updatePhase { $0.moved(to: .queued) }
        precondition(before != nil, "a call was submitted while a queue had it")
        enter(call, binding, slot, generation)
        // The supervisor closes before it sweeps: either it sees the call, or this sees the end.
        guard self.run.load(ordering: .sequentiallyConsistent) == run else {
            return !withdraw(slot, generation)
        }
        memory.showProcessor(at: memory.layout.hostProcessor)
        requests.push(RingEntry(slot: slot, generation: generation))
        doorbell.ring()
        return true
    }

    /// Tells the worker that nobody waits for a call any more.
    func abandon(_ call: HandlerCall) {
        guard call.updatePhase({ $0.abandoned() }) != nil else { return }
        let (slot, generation) = call.queueContext
        memory.abandoned(slot).pointee.store(generation, ordering: .relaxed)
    }

    private func enter(
        _ call: HandlerCall,
        _ binding: IsolatedBinding,
        _ slot: Int,
        _ generation: UInt64
    ) {
        call.queueContext = (slot, generation)
        entries[slot] = Entry(
            call: Unmanaged.passRetained(call),
            binding: Unmanaged.passRetained(binding)
        )
        deadlines[slot] = call.request.pointee.deadline_ns
        memory.abandoned(slot).pointee.store(0, ordering: .relaxed)
        words[slot].store(generation << 1 | 1, ordering: .sequentiallyConsistent)
    }

    /// Takes a call back that no worker will see; false when the supervisor has ended it already.
    private func withdraw(_ slot: Int, _ generation: UInt64) -> Bool {
        guard let entry = take(slot, generation) else { return false }
        release(slot)
        _ = entry.call.takeUnretainedValue().updatePhase { $0.moved(to: .idle) }
        entry.binding.release()
        entry.call.release()
        return true
    }

    private func claim() -> Int? {
        var bits = free.load(ordering: .relaxed)
        while bits != 0 {
            let result = free.weakCompareExchange(
                expected: bits,
                desired: bits & (bits - 1),
                ordering: .acquiring
            )
            if result.exchanged { return bits.trailingZeroBitCount }
            bits = result.original
        }
        return nil
    }

    // MARK: On the supervisor's thread

    /// Lets calls in, for a process that reads from `requests.position` on.
    func open(run number: UInt64) { run.store(number, ordering: .sequentiallyConsistent) }

    /// Lets no more calls in.
    func close() { run.store(0, ordering: .sequentiallyConsistent) }

    /// Takes a call out; nil when that generation is not in flight in that slot.
    ///
    /// The slot is still taken: its reply can be read. Then `release` it.
    func take(_ slot: Int, _ generation: UInt64) -> Entry? {
        guard slot < callCount else { return nil }
        let isTaken = words[slot].compareExchange(
            expected: generation << 1 | 1,
            desired: generation << 1,
            ordering: .acquiringAndReleasing
        ).exchanged
        guard isTaken else { return nil }
        defer { entries[slot] = nil }
        return entries[slot]
    }

    /// Gives a slot back.
    func release(_ slot: Int) { free.bitwiseOr(1 << UInt64(slot), ordering: .releasing) }

    /// Every call in flight, by slot and generation.
    func forEachInFlight(_ body: (_ slot: Int, _ generation: UInt64) -> Void) {
        for slot in 0..<callCount {
            let word = words[slot].load(ordering: .sequentiallyConsistent)
            if word & 1 == 1 { body(slot, word >> 1) }
        }
    }

    /// The earliest deadline of a call in flight.
    var earliestDeadlineNanoseconds: UInt64? {
        var earliest: UInt64?
        forEachInFlight { slot, _ in
            earliest = min(earliest ?? .max, deadlines[slot])
        }
        return earliest
    }
}
