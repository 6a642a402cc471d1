// SPDX-License-Identifier: Apache-2.0
import CLinux
import Dispatch
import Glibc
import Synchronization

/// Runs one worker process after another for a model, and brings its calls back.
///
/// A thread of its own, which lives until `stop`, starts the process, listens to it, sees it die, and
/// takes replies nobody else waits for.
final class WorkerSupervisor: Sendable {
    /// What a worker is given to load.
    struct Load: Sendable {
        let command: WorkerCommand
        let plugin: PluginFile
        let handler: String
        let kind: HandlerKind
        let model: String
        let version: String
        let settingsJSON: [UInt8]
        let artifactPath: String
        let readablePaths: [String]
        let settings: WorkerSettings
        let log: PluginHostServices.Log
        let notice: WorkerNotice
    }

    /// What control threads ask the supervisor's thread for.
    enum Order: Sendable {
        case bind(WorkerLink, WorkerAnswer<Void>)
        case unbind(WorkerLink)
        case stop
    }

    let load: Load
    let calls: WorkerCalls
    let metrics: WorkerMetrics
    let memory: RingMemory
    let events: WorkerEvents
    let replies: WorkerReplies
    private let orders = Mutex<[Order]>([])
    private let shown = Mutex(WorkerStatus())
    private let quarantined = Atomic<Bool>(false)

    init(_ load: Load, completion: @escaping HandlerPool.Completion) throws(PluginError) {
        self.load = load
        memory = try RingMemory(RingLayout(callCount: load.settings.callsInFlight))
        events = try WorkerEvents()
        metrics = WorkerMetrics(plugin: load.plugin.inspection.note.name)
        calls = WorkerCalls(
            memory,
            doorbell: Doorbell(memory, flag: memory.layout.workerSleeps, event: events.requests)
        )
        replies = WorkerReplies(memory, calls, event: events.replies, completion: completion)
    }

    // MARK: On control threads

    /// Starts the thread and waits until the first process is ready.
    func start() throws(PluginError) -> ModelDescription {
        let answer = WorkerAnswer<ModelDescription>()
        ControlThread.start(name: "\(load.model)-\(load.version)") { [self] in
            WorkerRun(self, firstStart: answer).run()
        }
        return try answer.wait()
    }

    /// Binds a snapshot in the worker, or leaves it to the next start when none runs.
    func bind(_ link: WorkerLink) throws(PluginError) {
        let answer = WorkerAnswer<Void>()
        order(.bind(link, answer))
        try answer.wait()
    }

    func unbind(_ link: WorkerLink) { order(.unbind(link)) }

    func stop() { order(.stop) }

    private func order(_ order: Order) {
        orders.withLock { $0.append(order) }
        linux_event_signal(events.orders)
    }

    // MARK: For everybody

    var isQuarantined: Bool { quarantined.load(ordering: .relaxed) }

    var status: WorkerStatus {
        var status = shown.withLock { $0 }
        status.callsInFlight = calls.inFlightCount
        status.strayReplyCount = replies.strayCount
        return status
    }

    // MARK: On the supervisor's thread

    func takeOrders() -> [Order] {
        orders.withLock { orders in
            defer { orders.removeAll() }
            return orders
        }
    }

    func show(_ change: (inout WorkerStatus) -> Void) {
        shown.withLock { change(&$0) }
        let state = shown.withLock { $0.state }
        quarantined.store(state == .quarantined, ordering: .relaxed)
    }
}

/// Something that happened to a worker, for the log.
package enum WorkerNews: Sendable {
    /// A process takes calls; what its sandbox lacks.
    case ready(process: Int32, missing: [String])
    /// A process ended; the next starts after a wait, unless it is in quarantine.
    case ended(WorkerEnd, String, isQuarantined: Bool)
}

/// Is told what happens to workers; must not block.
package typealias WorkerNotice = @Sendable (WorkerNews) -> Void
