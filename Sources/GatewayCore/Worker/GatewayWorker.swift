// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import PluginHost
import Traffic

/// Answers the requests of one event loop.
///
/// Concurrency: confined to its loop. Complexity: no allocation for a request whose handler runs
/// inline, once each buffer has reached its size.
package final class GatewayWorker {
    /// What became of a request.
    package enum Disposition: Equatable {
        /// The reply is complete; send it before the next call.
        case answered
        /// A pooled handler has the call; `onAnswered` will name this ticket.
        case pending(ticket: Int)
    }

    /// The reply of the request answered last.
    package let reply = GatewayReply()
    /// Called with the ticket of a pending request when `reply` holds its answer.
    package var onAnswered: (_ ticket: Int) -> Void = { _ in }
    /// Called once with the ordinal of a version whose handler is too slow for the loop.
    package var onSlowHandler: (_ ordinal: Int) -> Void = { _ in }
    /// Set while the gateway drains: it no longer says that it is ready.
    package var isDraining = false
    /// False while the loop is overloaded: shadows are shed first.
    var mayShadow = true
    /// What the worker answers from.
    package private(set) var state: ServingState

    let clock: GatewayClock
    let metrics: MetricShard
    var snapshotReader: SnapshotReader
    var requestReader = RequestReader()
    var memory: WorkerMemory
    /// Scratch for the JSON Pointer of a refusal.
    var pointer = ByteWriter(capacity: 256)
    var identifiers: DecisionIdentifiers
    /// By the version's ordinal.
    private(set) var handlerTimes: [HandlerTimes]
    let decisions: DecisionTable
    let recorder = RequestRecorder()
    let shadows: ShadowTable
    /// Who is answered when not all can be.
    var admission: LoopAdmission
    /// What an answer takes beside its model.
    let priceAnswerTimes = RollingQuantile()
    let recommendationAnswerTimes = RollingQuantile()
    var jitter: Jitter
    /// What may bring an answer to this thread soon; nil once nothing is worth waiting for.
    var lentTo: (any CallQueue)?
    var patience = SpinPatience()
    /// What to add to the monotonic clock, in milliseconds, for the wall clock; renewed each tick.
    private var unixOffsetMilliseconds: Int64

    /// Makes a worker that answers from `state`.
    ///
    /// - Parameters:
    ///   - state: What to answer from until the next `adopt`.
    ///   - index: Position among the workers; marks its calls.
    ///   - bodyBytesMaximum: Bytes of the largest body.
    ///   - metrics: This loop's shard.
    ///   - clock: The clocks of the core.
    ///   - origin: First half of the worker's decision identifiers, unlike any other worker's.
    ///   - overload: Who is turned away when not all can be answered.
    /// - Throws: `SnapshotError` when the snapshot cannot be read by this thread.
    package init(
        state: ServingState,
        index: Int,
        bodyBytesMaximum: Int,
        metrics: MetricShard,
        clock: GatewayClock,
        origin: UInt64,
        overload: OverloadSettings = OverloadSettings()
    ) throws(SnapshotError) {
        self.state = state
        self.metrics = metrics
        self.clock = clock
        snapshotReader = try state.snapshot.makeReader()
        memory = WorkerMemory(state.memory)
        identifiers = DecisionIdentifiers(origin: origin)
        handlerTimes = HandlerTimes.make(for: state)
        unixOffsetMilliseconds = Self.unixOffset(clock)
        admission = LoopAdmission(settings: overload)
        jitter = Jitter(seed: origin)
        decisions = DecisionTable(workerIndex: index, bodyBytesMaximum: bodyBytesMaximum)
        shadows = ShadowTable(clock: clock)
    }

    /// Answers from another state from the next request on; pending requests keep theirs.
    ///
    /// - Throws: `SnapshotError` when the snapshot cannot be read; the old state stays.
    package func adopt(_ state: ServingState) throws(SnapshotError) {
        if state.snapshot !== self.state.snapshot {
            snapshotReader = try state.snapshot.makeReader()
            memory.removeAll()
        }
        // It may be the last to hold a binding to the snapshot before.
        lentTo = nil
        if state.memory != self.state.memory { memory = WorkerMemory(state.memory) }
        handlerTimes = HandlerTimes.make(for: state, keeping: handlerTimes, of: self.state)
        self.state = state
        decisions.releaseIdle(to: state)
    }

    /// Housekeeping between requests, some times a second.
    package func tick() {
        let now = clock.monotonicNanoseconds()
        unixOffsetMilliseconds = Self.unixOffset(clock)
        startShadows()
        decisions.releaseIdle(to: state)
        for model in state.models {
            for version in model.versions {
                version.breaker.expire(now: now)
                if version.placement.queue?.isStuck == true { version.breaker.trip(now: now) }
            }
        }
    }

    /// Now, on the core's monotonic clock.
    package var monotonicNanoseconds: UInt64 { clock.monotonicNanoseconds() }

    /// Now, in seconds since 1970, on the core's wall clock.
    package var unixSeconds: Int64 { clock.unixMilliseconds() / 1_000 }

    /// A sample of the last requests, for warming up what will serve next.
    ///
    /// Allocates; once for each publication.
    package func recordedRequests() -> [RecordedRequest] { recorder.copy() }

    /// Keeps the gauge of open connections.
    package func connectionCountChanged(by change: Int) {
        metrics.adjust(state.catalog.connections, by: change)
    }

    /// Counts a connection beyond the limit.
    package func countRefusedConnection() {
        metrics.increment(state.catalog.refusedConnections)
    }

    /// Counts a time the system had no descriptor or memory for a connection.
    package func countFailedAccept() {
        metrics.increment(state.catalog.failedAccepts)
    }

    /// The wall clock at a monotonic time, without reading it.
    func unixMilliseconds(at now: UInt64) -> Int64 {
        unixOffsetMilliseconds &+ Int64(now / 1_000_000)
    }

    private static func unixOffset(_ clock: GatewayClock) -> Int64 {
        clock.unixMilliseconds() &- Int64(clock.monotonicNanoseconds() / 1_000_000)
    }

    /// The reader as a handler's look-ups get it.
    var readerPointer: UnsafeMutableRawPointer {
        Unmanaged.passUnretained(snapshotReader).toOpaque()
    }
}
