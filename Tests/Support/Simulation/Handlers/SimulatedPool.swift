// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import PluginHost

/// The threads of one model version: calls enter and leave the plugin when the run says so.
///
/// `@unchecked Sendable` because a run has one thread.
final class SimulatedPool: @unchecked Sendable {
    /// How long a healthy execution takes, in nanoseconds.
    static let usualNanoseconds: ClosedRange<UInt64> = 50_000...900_000
    /// How long a late one takes.
    static let lateNanoseconds: ClosedRange<UInt64> = 2_000_000...150_000_000
    /// Threads of each pool: enough to have one lost and still work.
    static let threadCount = 2
    /// Calls that may wait: few, so that bursts fill the queue.
    static let queueCapacity = 8

    /// Whose calls a pool has: shadows have their own chance, so that live calls keep theirs.
    enum Role { case live, shadow }

    /// `@unchecked Sendable` because a run has one thread.
    private struct Completion: @unchecked Sendable {
        let call: (HandlerCall, Int32) -> Void
    }

    private(set) var pool: SteppedPool!
    private let role: Role
    private unowned let world: World
    /// Who answers each call that waits or executes.
    private var handlers: [ObjectIdentifier: ScriptedHandler] = [:]
    /// Executions and pending calls whose handler has forgotten them.
    private var hung: [() -> Void] = []

    /// Threads whose ended calls go to `completion`, under a law if there is one.
    init(
        _ world: World,
        _ role: Role,
        law: (any QueueLaw)? = nil,
        completion: @escaping (HandlerCall, Int32) -> Void
    ) {
        self.world = world
        self.role = role
        pool = SteppedPool(
            threads: Self.threadCount,
            queueCapacity: Self.queueCapacity,
            law: law,
            readers: Self.readers,
            completion: { [ended = Completion(call: completion)] in ended.call($0, $1) }
        )
    }

    func submit(_ call: HandlerCall, _ bound: Stage.Bound) -> Bool {
        guard !fires(.queueIsFull), pool.submit(call, binding: bound.binding) else {
            return false
        }
        handlers[ObjectIdentifier(call)] = bound.handler
        later(0) { [self] in enter() }
        return true
    }

    func abandon(_ call: HandlerCall) {
        if role == .live { world.gaveUp() }
        pool.abandon(call)
    }

    /// Gives back every call that no handler would.
    func releaseHung() {
        let released = hung
        hung.removeAll()
        for release in released { world.clock.elsewhere(release) }
    }

    private func enter() {
        while let execution = pool.begin() {
            note("enters", execution.call)
            let leave = { [self] in
                self.leave(execution)
                enter()
            }
            if fires(.handlerHangs) {
                hung.append(leave)
            } else {
                later(duration, leave)
            }
        }
    }

    private var duration: UInt64 {
        let isLate = fires(.handlerIsLate)
        return random { $0.within(isLate ? Self.lateNanoseconds : Self.usualNanoseconds) }
    }

    private func leave(_ execution: SteppedPool.Execution) {
        let call = execution.call
        guard let handler = handlers.removeValue(forKey: ObjectIdentifier(call)) else { return }
        note("leaves", call)
        if role == .shadow { world.strikeShadow() }
        let isPending = fires(.handlerPends)
        let answer = random { world.faults.drawAnswer(&$0) }
        handler.decide = { isPending ? .pending : answer }
        if fires(.handlerForgesCompletions) {
            ScriptedPlugin.complete(random { $0.next() }, .ok)
        }
        pool.end(execution)
        if isPending, let executed = handler.executed {
            complete(executed, answer, handler)
        }
    }

    /// Completes a pending call some time later.
    private func complete(
        _ call: sluice_call,
        _ answer: ScriptedHandler.Answer,
        _ handler: ScriptedHandler
    ) {
        guard let handle = call.request?.pointee.handle else { return }
        let complete = { [self] in
            handler.write(answer, to: call.request, call.reply)
            ScriptedPlugin.complete(handle, Self.status(of: answer))
            if fires(.handlerCompletesTwice) { ScriptedPlugin.complete(handle, .ok) }
        }
        if fires(.handlerForgets) {
            hung.append(complete)
        } else {
            later(duration, complete)
        }
    }

    // MARK: Chance and time

    private func fires(_ fault: Fault) -> Bool {
        random { world.faults.fires(fault, &$0) }
    }

    private func random<Result>(_ draw: (inout SimulationRandom) -> Result) -> Result {
        role == .live ? draw(&world.random) : draw(&world.shadowRandom)
    }

    /// The threads of a pool go on while a loop stands still, if the machine has cores for them.
    private func later(_ nanoseconds: UInt64, _ body: @escaping () -> Void) {
        world.clock.after(nanoseconds: nanoseconds) { [world] in
            world.hasOneCore && self.role == .live ? body() : world.clock.elsewhere(body)
        }
    }

    private func note(_ event: StaticString, _ call: HandlerCall) {
        if role == .live { world.note(event, Int(bitPattern: call.ownerContext)) }
    }

    private static func status(of answer: ScriptedHandler.Answer) -> HandlerStatus {
        switch answer {
        case .failure: .internal
        case .ignored: .notFound
        default: .ok
        }
    }

    private static let readers = ReaderProvider(
        make: { owner in
            guard let snapshot = owner as? FeatureSnapshot,
                let reader = try? snapshot.makeReader()
            else { return nil }
            return Unmanaged.passRetained(reader).toOpaque()
        },
        release: { Unmanaged<SnapshotReader>.fromOpaque($0).release() }
    )
}
