// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// One run: a gateway under load and faults until it is at rest again, all decided by one seed.
package struct Simulation {
    /// What a run came to.
    package struct Outcome: Sendable {
        /// The seed that decides everything.
        package let seed: UInt64
        /// The faulty part that was put in, if any.
        package let bug: DeliberateBug?
        /// The first invariant that did not hold; nil when all did.
        package fileprivate(set) var violation: Violation?
        /// Two runs with one hash took the same steps and sent the same replies.
        package let traceHash: UInt64
        /// Of the replies alone, and when each was sent.
        package let replyHash: UInt64
        /// The faults that were switched on.
        package let faults: [Fault]
        /// Replies that were checked.
        package let replyCount: Int
        /// The statuses, rungs and reasons of its replies.
        package let sights: Set<String>
    }

    /// Requests of the loaded part of a run.
    private static let requestCounts = [4, 8, 16, 40]
    /// Clients of a flood, and the virtual time in which they come.
    private static let floodCounts = [30, 60, 120]
    private static let floodNanoseconds: ClosedRange<UInt64> = 1_000_000...120_000_000
    private static let stragglerCount = 20
    /// Virtual time in which the clients come.
    private static let loadNanoseconds: UInt64 = 400_000_000
    /// How often the world's own events may happen.
    private static let weatherNanoseconds: UInt64 = 25_000_000
    /// Virtual time after which every client must have ended: the slowest one sends a request of a
    /// few pieces with long pauses, and the edge gives it up.
    private static let restNanosecondsMax: UInt64 = 60_000_000_000
    /// Virtual time in which breakers must have closed again: the rolling quantile forgets a slow
    /// handler within five halvings, the breaker waits and ramps for less than a second.
    private static let recoveryNanosecondsMax: UInt64 = 20_000_000_000
    private static let probeNanoseconds: UInt64 = 100_000_000
    private static let drainNanosecondsMax: UInt64 = 3_000_000_000
    private static let stepNanoseconds: UInt64 = 10_000_000

    private let world: World
    private let seed: UInt64
    private var requestNumber = 0

    private init(seed: UInt64, stage: Stage, bug: DeliberateBug?, shadows: Bool) throws {
        self.seed = seed
        world = try World(seed: seed, stage: stage, bug: bug, shadows: shadows)
    }

    /// Runs a seed, and once more without shadows if it has them: their replies must be the same.
    ///
    /// - Throws: when the gateway cannot be set up, which no fault of a run does.
    package static func run(
        seed: UInt64,
        on stage: Stage,
        bug: DeliberateBug? = nil
    ) throws -> Outcome {
        var simulation = try Simulation(seed: seed, stage: stage, bug: bug, shadows: true)
        var outcome = simulation.run()
        guard outcome.violation == nil, outcome.faults.contains(.requestsAreShadowed),
            !simulation.world.hasSimultaneousEnds
        else { return outcome }
        var alone = try Simulation(seed: seed, stage: stage, bug: bug, shadows: false)
        let replyHash = alone.run().replyHash
        guard replyHash != outcome.replyHash else { return outcome }
        outcome.violation = simulation.world.checker.changedByShadows()
        return outcome
    }

    private mutating func run() -> Outcome {
        let faults = world.faults.enabled
        load()
        heal()
        if world.gateway.drained.isEmpty { recover() }
        drain()
        world.harmQuietly()
        world.checker.checkEnd(world.clients)
        let outcome = Outcome(
            seed: seed,
            bug: world.bug,
            violation: world.checker.violation,
            traceHash: world.trace.hash,
            replyHash: world.trace.replyHash,
            faults: faults,
            replyCount: world.checker.replyCount,
            sights: world.checker.sights
        )
        tearDown()
        return outcome
    }

    // MARK: Phases

    /// Clients come, and the world changes.
    private mutating func load() {
        var rest = world.random.pick(Self.requestCounts)
        if world.fires(.clientsFlood) { flood() }
        while rest > 0 {
            let count = min(rest, 1 + world.random.below(6))
            rest -= count
            let isCrowd = world.fires(.clientsCrowd)
            let time = isCrowd ? 100_000_000 : world.random.within(0...Self.loadNanoseconds)
            addClient(requests: count, after: time)
        }
        for time in stride(from: 0, to: Self.loadNanoseconds, by: Int(Self.weatherNanoseconds)) {
            world.clock.after(nanoseconds: time) { [world] in world.changeWeather() }
        }
        world.clock.advance(nanoseconds: Self.loadNanoseconds)
        advance(atMost: Self.restNanosecondsMax) { $0.allSatisfy(\.isDone) }
    }

    /// More clients in a short time than an overloaded loop can answer, and some that come after them,
    /// while not everybody is let in again.
    private mutating func flood() {
        let start = world.random.within(0...Self.loadNanoseconds / 4)
        let length = world.random.within(Self.floodNanoseconds)
        for _ in 0..<world.random.pick(Self.floodCounts) {
            let time = start + world.random.within(0...length)
            addClient(requests: 1 + world.random.below(2), after: time)
        }
        for _ in 0..<Self.stragglerCount {
            let time = start + length + world.random.within(0...Self.loadNanoseconds / 2)
            let requests = (0..<2).map { _ in
                requestNumber += 1
                return SimulatedRequest.widget(number: requestNumber, of: world.random.below(4))
            }
            world.connect(requests, after: time)
        }
    }

    /// The faults end, and what was lost comes back.
    private mutating func heal() {
        if world.bug != .faultsStay { world.faults.heal() }
        releaseHung()
        world.clock.advance(nanoseconds: 200_000_000)
    }

    private func releaseHung() {
        for gateway in world.gateways { gateway.releaseHung() }
    }

    /// Probes until every version answers its own shoppers again.
    private mutating func recover() {
        // A version nobody is assigned is not tried again.
        world.gateway.publish { $0.weights = [2_000, 3_000, 5_000] }
        var rest = Self.recoveryNanosecondsMax
        while rest > 0, world.checker.violation == nil {
            world.checker.assignedCounts.removeAll()
            let before = world.checker.replyCount
            addClient(requests: Stage.versionCount * 2, after: 0, probes: true)
            world.clock.advance(nanoseconds: Self.probeNanoseconds)
            advance(atMost: Self.probeNanoseconds) { $0.allSatisfy(\.isDone) }
            let replies = world.checker.replyCount - before
            let assigned = world.checker.assignedCounts.values.reduce(0, +)
            if replies > 0, assigned == replies, world.isHealthy { return }
            rest -= min(rest, Self.probeNanoseconds)
        }
        world.checker.fail(.versionsRecover, world.healthText)
    }

    /// Ends the connections that are left.
    private mutating func drain() {
        world.gateway.drain(nanoseconds: Self.drainNanosecondsMax)
        let isOver = advance(atMost: Self.drainNanosecondsMax) { $0.allSatisfy(\.isDone) }
        if !isOver { world.checker.fail(.drainEnds, "connections are left") }
        releaseHung()
        world.clock.advance(nanoseconds: 200_000_000)
    }

    private func tearDown() {
        for client in world.clients { client.tearDown() }
        try? world.clock.loop.syncShutdownGracefully()
        for gateway in world.gateways { gateway.tearDown() }
    }

    // MARK: Steps

    private mutating func addClient(requests count: Int, after time: UInt64, probes: Bool = false) {
        let requests = (0..<count).map { index in
            requestNumber += 1
            return probes
                ? SimulatedRequest.probe(number: requestNumber, index)
                : SimulatedRequest.draw(world, number: requestNumber)
        }
        world.connect(requests, after: time)
    }

    /// Lets time pass until something holds; false when it never did.
    @discardableResult
    private func advance(atMost limit: UInt64, until isOver: ([SimulatedClient]) -> Bool) -> Bool {
        var rest = limit
        while !isOver(world.clients), rest > 0, world.checker.violation == nil {
            world.clock.advance(nanoseconds: Self.stepNanoseconds)
            rest -= min(rest, Self.stepNanoseconds)
        }
        return isOver(world.clients) || world.checker.violation != nil
    }
}
