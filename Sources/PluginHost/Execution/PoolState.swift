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
    private let queueCapacity: Int
    private let queue: BoundedQueue<WorkItem>
    private let wakeUp = Semaphore()
    private let isStopping = Atomic<Bool>(false)
    private let readersEpoch = Atomic<Int>(0)

    let queued = Atomic<Int>(0)
    let busy = Atomic<Int>(0)
    let stuck = Atomic<Int>(0)
    let abandoned = Atomic<Int>(0)
    let abandonedTotal = Atomic<UInt64>(0)

    init(
        queueCapacity: Int,
        readers: ReaderProvider,
        completion: @escaping HandlerPool.Completion
    ) {
        self.queueCapacity = queueCapacity
        self.readers = readers
        self.completion = completion
        queue = BoundedQueue(capacity: queueCapacity)
    }

    // MARK: On the submitting thread

    func submit(_ call: HandlerCall, _ binding: ModelBinding) -> Bool {
        guard queued.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue <= queueCapacity
        else {
            queued.wrappingSubtract(1, ordering: .relaxed)
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

    func abandon(_ call: HandlerCall) -> Bool {
        guard let before = call.updatePhase({ $0.abandoned() }) else { return false }
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
        if before.place == .executing { stuck.wrappingSubtract(1, ordering: .relaxed) }
    }

    /// Never full: every item stands for at least one admitted call.
    private func enqueue(_ item: WorkItem) {
        let isQueued = queue.push(item)
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
            wakeUp.wait()
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

    /// A wake-up stands for an item that is in the queue, though an earlier one may still be on its way.
    private func nextItem() -> WorkItem? {
        while true {
            if let item = queue.pop() { return item }
            if queue.isEmpty { return nil }
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
        queued.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        let call = pooled.call
        guard call.updatePhase({ $0.moved(to: .executing) }) != nil else {
            return pooled.finish(.cancelled)
        }
        busy.wrappingAdd(1, ordering: .relaxed)
        defer { busy.wrappingSubtract(1, ordering: .relaxed) }
        let (status, pending) = invoke(pooled, &cache)
        guard let pending else { return pooled.finish(status) }
        park(pooled, pending.handle, pending.completions)
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
