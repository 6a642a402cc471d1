// SPDX-License-Identifier: Apache-2.0
import CSluice
import PluginHost

/// A worker process and its supervisor on virtual time: the real state machine, and calls one after
/// the other.
///
/// `@unchecked Sendable` because a run has one thread.
final class SimulatedWorker: @unchecked Sendable {
    /// A call the process has.
    private struct Flight {
        let number: Int
        let call: HandlerCall
        let bound: Stage.Bound
    }

    /// Waits short enough for a run to see a crash loop, its quarantine and the end of it.
    private static let settings = WorkerSettings(
        callsInFlight: 8,
        hangGraceNanoseconds: 20_000_000,
        startNanosecondsMax: 50_000_000,
        restartNanosecondsMin: 5_000_000,
        restartNanosecondsMax: 100_000_000,
        crashLoopCount: 4,
        crashLoopNanoseconds: 300_000_000,
        quarantineNanoseconds: 500_000_000
    )
    /// What a sound process takes to start, in nanoseconds.
    private static let startNanoseconds: ClosedRange<UInt64> = 1_000_000...20_000_000

    /// Calls that were taken, and those that came back.
    private(set) var takenCount = 0
    private(set) var endedCount = 0
    private var machine: WorkerSupervision
    private var flights: [Flight] = []
    /// The process, counted from 1: what an earlier one still does is nothing any more.
    private var run = 0
    private var isBusy = false
    private unowned let world: World
    private let completion: (HandlerCall, HandlerStatus) -> Void

    init(_ world: World, completion: @escaping (HandlerCall, HandlerStatus) -> Void) {
        self.world = world
        self.completion = completion
        machine = WorkerSupervision(Self.settings, now: world.clock.now)
        machine.becameReady()
    }

    // MARK: For the gateway

    var isQuarantined: Bool {
        if case .quarantined = machine.state { true } else { false }
    }

    func submit(_ call: HandlerCall, _ bound: Stage.Bound) -> Bool {
        guard machine.isReady, flights.count < Self.settings.callsInFlight else { return false }
        takenCount += 1
        let number = takenCount
        flights.append(Flight(number: number, call: call, bound: bound))
        later(0) { [self] in serve() }
        let deadline = call.request.pointee.deadline_ns + Self.settings.hangGraceNanoseconds
        let wait = deadline - min(deadline, world.clock.now)
        later(wait) { [self] in killIfStillThere(number) }
        return true
    }

    /// Somebody waits no more; the process is not told.
    func abandon() { world.gaveUp() }

    // MARK: The process

    private func serve() {
        guard !isBusy, let flight = flights.first else { return }
        isBusy = true
        guard !world.fires(.workerHangs) else { return world.note("worker hangs") }
        let isLate = world.fires(.handlerIsLate)
        let times = isLate ? SimulatedPool.lateNanoseconds : SimulatedPool.usualNanoseconds
        later(world.random.within(times)) { [self] in
            guard !world.fires(.workerDies) else { return die() }
            isBusy = false
            answer(flight)
            serve()
        }
    }

    private func answer(_ flight: Flight) {
        let answer = world.faults.drawAnswer(&world.random)
        flight.bound.handler.decide = { answer }
        let reader = Unmanaged.passUnretained(flight.bound.reader).toOpaque()
        let status = flight.bound.binding.execute(flight.call, reader: reader)
        end(flight, HandlerStatus(rawValue: status))
    }

    private func killIfStillThere(_ number: Int) {
        if flights.contains(where: { $0.number == number }) { die() }
    }

    /// Ends the process, and with it every call it has.
    private func die() {
        world.note("worker dies", flights.count)
        run += 1
        isBusy = false
        if world.bug != .workerForgetsCalls {
            for flight in flights { end(flight, .unavailable) }
        }
        flights.removeAll()
        machine.ended(now: world.clock.now)
        tickLater()
    }

    private func end(_ flight: Flight, _ status: HandlerStatus) {
        flights.removeAll { $0.number == flight.number }
        endedCount += 1
        completion(flight.call, status)
    }

    // MARK: The supervisor

    private func tickLater() {
        guard let time = machine.nextTime else { return }
        later(time - min(time, world.clock.now)) { [self] in tick() }
    }

    private func tick() {
        switch machine.tick(now: world.clock.now) {
        case .none: break
        case .start: start()
        case .kill: die()
        }
    }

    private func start() {
        let time = world.random.within(Self.startNanoseconds)
        if !world.fires(.workerStartsLate) { later(time) { [self] in machine.becameReady() } }
        tickLater()
    }

    /// Does something later, unless the process has ended by then.
    private func later(_ nanoseconds: UInt64, _ body: @escaping () -> Void) {
        let run = run
        world.clock.after(nanoseconds: nanoseconds) { [self] in
            guard run == self.run else { return }
            world.hasOneCore ? body() : world.clock.elsewhere(body)
        }
    }
}
