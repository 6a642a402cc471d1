// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// What the threads of a pool share.
final class PoolState: Sendable {
    /// A call, or a serial model's lane whose next call is due.
    struct WorkItem: BitwiseCopyable, @unchecked Sendable {
        /// `@unchecked Sendable`: references that are held by the call until it ends.
        let call: PooledCall?
        let lane: UnsafeRawPointer?
    }

    let completion: HandlerPool.Completion
    let readers: ReaderProvider
    let law: (any QueueLaw)?
    private let queueCapacity: Int
    private let queue: BoundedQueue<WorkItem>
    /// Calls that came while the queue stood.
    private let stack: BoundedStack<WorkItem>
    private let wakeUp = Semaphore()
    private let isStopping = Atomic<Bool>(false)
    private let readersEpoch = Atomic<Int>(0)

    let queued = Atomic<Int>(0)
    /// Queued calls that were given up.
    private let abandonedInQueue = Atomic<Int>(0)
    let busy = Atomic<Int>(0)
    let stuck = Atomic<Int>(0)
    let abandoned = Atomic<Int>(0)
    let abandonedTotal = Atomic<UInt64>(0)

    init(
        queueCapacity: Int,
        law: (any QueueLaw)?,
        readers: ReaderProvider,
        completion: @escaping HandlerPool.Completion
    ) {
        self.queueCapacity = queueCapacity
        self.readers = readers
        self.completion = completion
        self.law = law
        queue = BoundedQueue(capacity: queueCapacity)
        stack = BoundedStack(capacity: queueCapacity)
    }

    // MARK: On the submitting thread

    func submit(_ call: HandlerCall, _ binding: ModelBinding) -> Bool {
        call.refusal = refusal(of: call)
        guard call.refusal == nil else { return false }
        guard queued.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue <= queueCapacity
        else {
            queued.wrappingSubtract(1, ordering: .relaxed)
            call.refusal = .full
            return false
        }
        let before = call.updatePhase { $0.moved(to: .queued) }
        precondition(before != nil, "a call was submitted while a pool had it")
        let pooled = PooledCall.adopt(call, binding, self)
        guard let lane = binding.model.lane else {
            enqueue(WorkItem(call: pooled, lane: nil))
            return true
        }
        if lane.add(pooled) { schedule(lane) }
        return true
    }

    private func refusal(of call: HandlerCall) -> QueueRefusal? {
        guard let law else { return nil }
        let now = law.nowNanoseconds
        call.queuedAtNanoseconds = now
        let waiting =
            queued.load(ordering: .relaxed) - abandonedInQueue.load(ordering: .relaxed)
        let isAdmitted = law.admits(
            ahead: waiting + busy.load(ordering: .relaxed),
            deadline: call.deadlineNanoseconds,
            now: now
        )
        return isAdmitted ? nil : .predicted
    }

    func abandon(_ call: HandlerCall) -> Bool {
        guard let before = call.updatePhase({ $0.abandoned() }) else { return false }
        if before.place == .queued { abandonedInQueue.wrappingAdd(1, ordering: .relaxed) }
        abandoned.wrappingAdd(1, ordering: .relaxed)
        abandonedTotal.wrappingAdd(1, ordering: .relaxed)
        if before.place == .executing { stuck.wrappingAdd(1, ordering: .relaxed) }
        return true
    }

    func dropReaders(threads: Int) {
        readersEpoch.wrappingAdd(1, ordering: .releasing)
        for _ in 0..<threads { wakeUp.post() }
    }

    func stop(threads: Int) {
        isStopping.store(true, ordering: .releasing)
        for _ in 0..<threads { wakeUp.post() }
    }

    /// Takes a call that has left `before` out of the counts.
    func left(_ before: CallPhase) {
        guard before.isAbandoned else { return }
        abandoned.wrappingSubtract(1, ordering: .relaxed)
        if before.place == .queued { abandonedInQueue.wrappingSubtract(1, ordering: .relaxed) }
        if before.place == .executing { stuck.wrappingSubtract(1, ordering: .relaxed) }
    }

    /// Never full: every item stands for at least one admitted call.
    private func enqueue(_ item: WorkItem) {
        // A lane's turn in the queue stands for its oldest call.
        let isNewestFirst = item.lane == nil && law?.takesNewestFirst == true
        let isQueued = isNewestFirst ? stack.push(item) : queue.push(item)
        precondition(isQueued, "more work items than admitted calls")
        wakeUp.post()
    }

    private func schedule(_ lane: SerialLane) {
        enqueue(
            WorkItem(call: nil, lane: UnsafeRawPointer(Unmanaged.passUnretained(lane).toOpaque()))
        )
    }

    /// Runs a call at once on this thread, which has no queue before it: a worker process's.
    func executeHere(_ call: HandlerCall, _ binding: ModelBinding, _ cache: inout ReaderCache) {
        queued.wrappingAdd(1, ordering: .relaxed)
        let before = call.updatePhase { $0.moved(to: .queued) }
        precondition(before != nil, "a call was executed while a pool had it")
        execute(PooledCall.adopt(call, binding, self), &cache)
    }

    // MARK: On the pool's threads

    func work() {
        var cache = ReaderCache(readers)
        var epoch = readersEpoch.load(ordering: .acquiring)
        while true {
            rest(holdingReaders: !cache.isEmpty)
            let current = readersEpoch.load(ordering: .acquiring)
            if current != epoch {
                cache.removeAll()
                epoch = current
            }
            if let item = nextItem() {
                run(item, &cache)
            } else if isStopping.load(ordering: .acquiring) {
                return cache.removeAll()
            }
        }
    }

    /// Waits for work.
    ///
    /// Nobody decides which thread a wake-up reaches, and one may take those meant for others: a
    /// thread that holds readers looks by itself whether it must let go of them.
    private func rest(holdingReaders: Bool) {
        guard holdingReaders else { return wakeUp.wait() }
        _ = wakeUp.wait(nanosecondsMax: Limits.readersIdleNanosecondsMax)
    }

    /// A wake-up stands for an item that is in the queue, though an earlier one may still be on its way.
    func nextItem() -> WorkItem? {
        while true {
            if let item = stack.pop() ?? queue.pop() { return item }
            if stack.isEmpty, queue.isEmpty { return nil }
            sched_yield()
        }
    }

    private func run(_ item: WorkItem, _ cache: inout ReaderCache) {
        if let call = item.call { return execute(call, &cache) }
        guard let reference = item.lane else { return }
        // Retained, for the model may go with its last call.
        let lane = Unmanaged<SerialLane>.fromOpaque(reference).takeUnretainedValue()
        while !lane.tryEnter() { sched_yield() }
        execute(lane.next(), &cache)
        lane.leave()
        if lane.finishOne() { schedule(lane) }
    }

    private func execute(_ pooled: PooledCall, _ cache: inout ReaderCache) {
        guard begin(pooled) else { return }
        end(pooled, &cache)
    }

    /// Takes a call out of the queue; false when it has ended, since nobody waits for it any more.
    func begin(_ pooled: PooledCall) -> Bool {
        queued.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        guard mayExecute(pooled.call),
            pooled.call.updatePhase({ $0.moved(to: .executing) }) != nil
        else {
            pooled.finish(.cancelled)
            return false
        }
        busy.wrappingAdd(1, ordering: .relaxed)
        return true
    }

    /// Runs a call that has begun; the plugin ends it now or later.
    func end(_ pooled: PooledCall, _ cache: inout ReaderCache) {
        defer { busy.wrappingSubtract(1, ordering: .relaxed) }
        let start = law?.nowNanoseconds ?? 0
        let (status, pending) = invoke(pooled, &cache)
        if let law { law.executed(nanoseconds: law.nowNanoseconds &- start) }
        guard let pending else { return pooled.finish(status) }
        park(pooled, pending.handle, pending.completions)
    }

    /// Whether the call is still worth running; an abandoned one says nothing about the queue.
    private func mayExecute(_ call: HandlerCall) -> Bool {
        guard let law, !call.currentPhase.isAbandoned else { return true }
        let now = law.nowNanoseconds
        call.waitNanoseconds = now &- min(call.queuedAtNanoseconds, now)
        let isAdmitted = law.admitsExecution(
            queuedAt: call.queuedAtNanoseconds,
            deadline: call.deadlineNanoseconds,
            now: now
        )
        if !isAdmitted { call.refusal = .late }
        return isAdmitted
    }

    /// Runs the plugin's code; with where to park the call when that has not ended it.
    ///
    /// Apart from `execute`, so that this thread no longer holds the binding when the owner hears of
    /// the end and may let the snapshot go.
    private func invoke(
        _ pooled: PooledCall,
        _ cache: inout ReaderCache
    ) -> (status: HandlerStatus, pending: (handle: UInt64, completions: CompletionTable)?) {
        let binding = pooled.binding
        let completions = binding.model.handler.state.completions
        guard let reader = cache.reader(for: binding.owner) else { return (.unavailable, nil) }
        guard let handle = completions.claim(pooled) else { return (.resourceExhausted, nil) }
        pooled.call.open(snapshot: binding.snapshot, reader: reader, handle: handle)
        let status = binding.invoke(pooled.call)
        if status == .pending { return (status, (handle, completions)) }
        completions.release(handle)
        return (status, nil)
    }

    /// From parking on, the call may end on another thread at any moment.
    private func park(_ pooled: PooledCall, _ handle: UInt64, _ completions: CompletionTable) {
        let before = pooled.call.updatePhase { $0.moved(to: .pending) }
        if let before, before.isAbandoned { stuck.wrappingSubtract(1, ordering: .relaxed) }
        if case .completed(let status) = completions.park(handle) { pooled.finish(status) }
    }
}
