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

    private(set) var pool: SteppedPool!
    private unowned let world: World
    /// Who answers each call that waits or executes.
    private var handlers: [ObjectIdentifier: ScriptedHandler] = [:]
    /// Executions and pending calls whose handler has forgotten them.
    private var hung: [() -> Void] = []

    init(_ world: World) {
        self.world = world
        pool = SteppedPool(
            threads: Self.threadCount,
            queueCapacity: Self.queueCapacity,
            readers: Self.readers,
            completion: { [unowned world] call, status in world.completed(call, status) }
        )
    }

    func submit(_ call: HandlerCall, _ bound: Stage.Bound) -> Bool {
        guard !world.fires(.queueIsFull), pool.submit(call, binding: bound.binding) else {
            return false
        }
        handlers[ObjectIdentifier(call)] = bound.handler
        world.clock.after(nanoseconds: 0) { [self] in enter() }
        return true
    }

    /// Gives back every call that no handler would.
    func releaseHung() {
        let released = hung
        hung.removeAll()
        for release in released { release() }
    }

    private func enter() {
        while let execution = pool.begin() {
            world.note("enters", Int(bitPattern: execution.call.ownerContext))
            let leave = { [self] in
                self.leave(execution)
                enter()
            }
            if world.fires(.handlerHangs) {
                hung.append(leave)
            } else {
                world.clock.after(nanoseconds: duration, leave)
            }
        }
    }

    private var duration: UInt64 {
        world.random.within(
            world.fires(.handlerIsLate) ? Self.lateNanoseconds : Self.usualNanoseconds
        )
    }

    private func leave(_ execution: SteppedPool.Execution) {
        let call = execution.call
        guard let handler = handlers.removeValue(forKey: ObjectIdentifier(call)) else { return }
        world.note("leaves", Int(bitPattern: call.ownerContext))
        let isPending = world.fires(.handlerPends)
        let answer = world.drawAnswer()
        handler.decide = { isPending ? .pending : answer }
        if world.fires(.handlerForgesCompletions) {
            ScriptedPlugin.complete(world.random.next(), .ok)
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
            world.note("completes")
            handler.write(answer, to: call.request, call.reply)
            ScriptedPlugin.complete(handle, Self.status(of: answer))
            if world.fires(.handlerCompletesTwice) { ScriptedPlugin.complete(handle, .ok) }
        }
        if world.fires(.handlerForgets) {
            hung.append(complete)
        } else {
            world.clock.after(nanoseconds: duration, complete)
        }
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
