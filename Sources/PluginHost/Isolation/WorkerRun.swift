// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// The supervisor's thread at work: what only it touches.
final class WorkerRun {
    let supervisor: WorkerSupervisor
    var machine: WorkerSupervision
    var process: WorkerProcess?
    /// How far the process has come: what it may say next.
    var stage = Stage.greeting
    /// Every live binding by number, and when the process was asked for it.
    var links: [UInt64: Asked] = [:]
    let logLimit = LogRateLimit(linesPerSecond: Limits.logLinesPerSecond)
    /// Why the process was killed; nil while it was not.
    var killReason: WorkerEnd?
    /// What the process said before it ended, when it refused.
    var refusal: PluginError?
    private var runCount: UInt64 = 0
    private var nextSampleNanoseconds: UInt64 = 0
    private var nextLookNanoseconds: UInt64 = 0

    /// How long replies alone may keep the thread busy: short against every wait it times.
    private static let lookNanoseconds: UInt64 = 1_000_000
    private let firstStart: WorkerAnswer<ModelDescription>

    enum Stage { case greeting, loading, serving }

    struct Asked {
        let link: WorkerLink
        /// Nil once the process has answered.
        var until: UInt64?
        var answer: WorkerAnswer<Void>?
    }

    init(_ supervisor: WorkerSupervisor, firstStart: WorkerAnswer<ModelDescription>) {
        self.supervisor = supervisor
        self.firstStart = firstStart
        machine = WorkerSupervision(supervisor.load.settings, now: MonotonicClock.nanoseconds)
    }

    private var replies: WorkerReplies { supervisor.replies }

    func run() {
        startProcess()
        while machine.state != .stopped {
            replies.collect()
            if replies.takeBroken() { kill(.protocol) }
            lookAround()
            sleep()
        }
        stopProcess()
    }

    /// Everything but replies, when there is something and now and then between replies.
    private func lookAround() {
        let now = MonotonicClock.nanoseconds
        guard now >= nextLookNanoseconds else { return }
        nextLookNanoseconds = now &+ Self.lookNanoseconds
        obey()
        listen()
        checkTime()
        reapIfEnded()
    }

    // MARK: Process

    func startProcess() {
        stage = .greeting
        killReason = nil
        refusal = nil
        do throws(PluginError) {
            process = try WorkerProcess(supervisor.load.command)
            show { $0.processIdentifier = self.process?.identifier }
        } catch {
            refusal = error
            ended(.refused, error.message)
        }
    }

    func kill(_ reason: WorkerEnd) {
        guard killReason == nil else { return }
        killReason = reason
        supervisor.calls.close()
        process?.kill()
    }

    private func reapIfEnded() {
        guard let process else { return }
        var poller = pollfd(fd: process.watch, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, 0) == 1 else { return }
        listen()
        supervisor.calls.close()
        let ending = process.reap()
        self.process = nil
        replies.collect()
        ended(reason(of: ending), refusal?.message ?? ending.text)
    }

    private func reason(of ending: WorkerProcess.Ending) -> WorkerEnd {
        if let killReason { return killReason }
        if refusal != nil { return .refused }
        let limit = supervisor.load.settings.memoryBytes
        return ending.peakResidentBytes ?? 0 >= limit ? .memory : .crashed
    }

    private func ended(_ end: WorkerEnd, _ text: String) {
        replies.failAll()
        replies.clear()
        supervisor.metrics.processEnded()
        unlinkAll()
        machine.ended(now: MonotonicClock.nanoseconds)
        let error = refusal ?? PluginError(.workerFailed, subject, "the worker ended: \(text)")
        if stage != .serving { giveUpFirstStart(error) }
        show { status in
            status.processIdentifier = nil
            status.memoryBytes = 0
            status.endCounts[end, default: 0] += 1
            status.lastEnd = "\(end.rawValue): \(text)"
        }
        let isQuarantined = status(machine) == .quarantined
        supervisor.load.notice(.ended(end, text, isQuarantined: isQuarantined))
    }

    /// A model that cannot even start once is refused; nothing is left running.
    private func giveUpFirstStart(_ error: PluginError) {
        guard runCount == 0 else { return }
        firstStart.give(.failure(error))
        machine.stop()
    }

    /// Tells the process to end, and makes it.
    private func stopProcess() {
        show { $0.processIdentifier = nil }
        supervisor.calls.close()
        defer { replies.failAll() }
        guard let process else { return }
        process.connection.send(.stop)
        var poller = pollfd(fd: process.watch, events: Int16(POLLIN), revents: 0)
        _ = poll(&poller, 1, Int32(Limits.workerStopNanoseconds / 1_000_000))
        process.kill()
        _ = process.reap()
        self.process = nil
        replies.collect()
    }

    // MARK: Stages

    /// Every model and snapshot is in place: calls may come.
    func serveIfReady() {
        guard stage == .serving, machine.state != .ready,
            links.values.allSatisfy({ $0.until == nil })
        else { return }
        machine.becameReady()
        runCount += 1
        supervisor.calls.open(run: runCount)
        show { _ in }
        let missing = supervisor.status.sandbox.missing
        supervisor.load.notice(.ready(process: process?.identifier ?? 0, missing: missing))
    }

    func loaded(_ ready: WorkerReady) {
        stage = .serving
        show { $0.sandbox = ready.sandbox }
        for number in links.keys.sorted() { ask(number) }
        serveIfReady()
        firstStart.give(.success(ready.description))
    }

    // MARK: Bindings

    private func obey() {
        for order in supervisor.takeOrders() {
            switch order {
            case .stop: machine.stop()
            case .unbind(let link):
                links[link.number]?.answer?.give(.success(()))
                links[link.number] = nil
                process?.connection.send(.unbind(number: link.number))
            case .bind(let link, let answer):
                links[link.number] = Asked(link: link, until: nil, answer: answer)
                if stage == .serving, process != nil {
                    ask(link.number)
                } else {
                    leave(link.number)
                }
            }
        }
    }

    private func ask(_ number: UInt64) {
        guard let asked = links[number], let process else { return }
        let patience = supervisor.load.settings.startNanosecondsMax
        links[number]?.until = MonotonicClock.nanoseconds &+ patience
        process.connection.send(.bind(number: number, snapshot: asked.link.snapshot))
    }

    /// No process runs that could bind it: the next one will.
    private func leave(_ number: UInt64) {
        links[number]?.until = nil
        links[number]?.answer?.give(.success(()))
        links[number]?.answer = nil
    }

    func bound(_ number: UInt64, _ refusal: WorkerRefusal?) {
        guard let asked = links[number], asked.until != nil else { return }
        links[number]?.until = nil
        links[number]?.answer = nil
        asked.link.isBound = refusal == nil
        let error = refusal.map { PluginError($0.code, subject, $0.message) }
        asked.answer?.give(error.map { .failure($0) } ?? .success(()))
        if refusal != nil, asked.answer != nil { links[number] = nil }
        serveIfReady()
    }

    private func unlinkAll() {
        for number in links.keys {
            links[number]?.link.isBound = false
            leave(number)
        }
    }

    // MARK: Time

    private func checkTime() {
        let now = MonotonicClock.nanoseconds
        switch machine.tick(now: now) {
        case .none: break
        case .start: startProcess()
        case .kill(let reason): kill(reason)
        }
        if links.values.contains(where: { now >= $0.until ?? .max }) { kill(.hung) }
        if now >= hangTime { kill(.hung) }
        if now >= nextSampleNanoseconds { sampleMemory(now) }
        show { _ in }
    }

    private var hangTime: UInt64 {
        let deadline = supervisor.calls.earliestDeadlineNanoseconds ?? .max
        let grace = supervisor.load.settings.hangGraceNanoseconds
        return deadline > .max - grace ? .max : deadline + grace
    }

    private func sampleMemory(_ now: UInt64) {
        nextSampleNanoseconds = now &+ Limits.workerSampleNanoseconds
        guard let bytes = process?.privateBytes else { return }
        show { $0.memoryBytes = bytes }
        if bytes > supervisor.load.settings.memoryBytes { kill(.memory) }
    }

    // MARK: Showing and sleeping

    func show(_ change: (inout WorkerStatus) -> Void) {
        let state = status(machine)
        supervisor.show { status in
            change(&status)
            if status.state != state { status.sinceNanoseconds = MonotonicClock.nanoseconds }
            status.state = state
        }
    }

    private func status(_ machine: WorkerSupervision) -> WorkerStatus.State {
        WorkerStatus.State(machine.state)
    }

    var subject: String { "\(supervisor.load.model)/\(supervisor.load.version)" }

    private func sleep() {
        var pollers = [supervisor.events.replies, supervisor.events.orders]
        if let process { pollers += [process.watch, process.connection.descriptor] }
        var entries = pollers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        replies.endWatching()
        poll(&entries, nfds_t(entries.count), timeoutMilliseconds)
        replies.beginWatching()
        replies.clearSignal()
        // A reply alone is no reason to look at everything else before the next one.
        guard entries.dropFirst().contains(where: { $0.revents != 0 }) else { return }
        linux_event_clear(supervisor.events.orders)
        nextLookNanoseconds = 0
    }

    /// While a process runs its memory and its calls are looked at; else only time matters.
    private var timeoutMilliseconds: Int32 {
        let now = MonotonicClock.nanoseconds
        let next = machine.nextTime ?? .max
        let limit = process == nil ? next : min(next, now &+ Limits.workerSampleNanoseconds)
        guard limit != .max else { return -1 }
        return Int32(clamping: (limit > now ? limit - now : 0) / 1_000_000 + 1)
    }
}
