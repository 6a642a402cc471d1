// SPDX-License-Identifier: Apache-2.0

/// The thread of one event loop and its sockets, whose bytes wait until the loop comes to them.
///
/// What arrives while the thread is busy is read in the next turn, as with a selector.
final class SimulatedLoop {
    /// How long a loop may get no core, in nanoseconds.
    private static let starvedNanoseconds: ClosedRange<UInt64> = 1_000_000...60_000_000
    /// What a costly request takes of the loop, in nanoseconds; one of them in each run.
    private static let costs: [UInt64] = [50_000, 200_000, 1_000_000]

    /// When the loop last got its core back: what came before, it cannot have seen.
    private(set) var starvedUntil: UInt64 = 0
    private let costNanoseconds: UInt64
    private var ready: [SimulatedClient] = []
    private var isTurnDue = false
    private unowned let world: World

    init(_ world: World) {
        self.world = world
        costNanoseconds = world.random.pick(Self.costs)
    }

    /// Bytes have come for a client's connection.
    func readable(_ client: SimulatedClient) {
        ready.append(client)
        guard !isTurnDue else { return }
        isTurnDue = true
        world.clock.whenAwake { [self] in turn() }
    }

    private func turn() {
        // Something else has held the loop meanwhile: what arrived until now is read too.
        guard world.clock.isAwake else { return world.clock.whenAwake { [self] in turn() } }
        isTurnDue = false
        let clients = ready
        ready.removeAll()
        if world.fires(.loopIsStarved) {
            world.clock.stall(nanoseconds: world.random.within(Self.starvedNanoseconds))
            starvedUntil = world.clock.now
        }
        for client in clients {
            guard client.loopReads() else { continue }
            if world.fires(.requestsAreCostly) { world.clock.stall(nanoseconds: costNanoseconds) }
        }
    }
}
