// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The calls of one plugin that may end by `complete`, each named by a handle with a generation.
///
/// A handle says slot and generation, so a late, double or forged completion meets another
/// generation or a free slot, is counted and touches nothing.
///
/// `@unchecked Sendable` because a slot's occupant is written by the thread that claimed the slot and
/// read by the one thread whose compare-and-exchange ended it.
final class CompletionTable: @unchecked Sendable {
    /// Whose call ended and with whom the pool's claim lies.
    typealias Occupant = PooledCall

    enum Parking { case parked, completed(HandlerStatus) }

    private enum State: UInt8 { case free, claimed, executing, completed, pending, ending }

    /// Generation in the upper 48 bits, then a completion's status, then the state.
    private struct Word {
        var generation: UInt64
        var status: HandlerStatus = .ok
        var state: State

        init(generation: UInt64, _ state: State, _ status: HandlerStatus = .ok) {
            self.generation = generation
            self.state = state
            self.status = status
        }

        init(bits: UInt64) {
            generation = bits >> 16
            status = HandlerStatus(rawValue: Int32(UInt8(truncatingIfNeeded: bits >> 8)))
            state = State(rawValue: UInt8(truncatingIfNeeded: bits)) ?? .free
        }

        var bits: UInt64 {
            generation << 16 | UInt64(UInt8(truncatingIfNeeded: status.rawValue)) << 8
                | UInt64(state.rawValue)
        }
    }

    private static let generationMask: UInt64 = (1 << 48) - 1
    private static let slotMask: UInt64 = (1 << 16) - 1

    private let slotCount: Int
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let occupants: UnsafeMutablePointer<Occupant?>
    private let next = Atomic<Int>(0)
    private let stray = Atomic<UInt64>(0)

    init(slots: Int) {
        slotCount = slots
        words = .allocate(capacity: slots)
        occupants = .allocate(capacity: slots)
        occupants.initialize(repeating: nil, count: slots)
        for index in 0..<slots { (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        words.deinitialize(count: slotCount)
        words.deallocate()
        occupants.deallocate()
    }

    var strayCount: UInt64 { stray.load(ordering: .relaxed) }

    /// A handle for a call that is about to execute; nil when every slot is taken.
    func claim(_ occupant: Occupant) -> UInt64? {
        let start = next.wrappingAdd(1, ordering: .relaxed).oldValue
        for offset in 0..<slotCount {
            let index = (start &+ offset) & (slotCount - 1)
            let word = load(index)
            let generation = (word.generation + 1) & Self.generationMask
            guard word.state == .free,
                exchange(index, word, Word(generation: generation, .claimed))
            else { continue }
            occupants[index] = occupant
            store(index, Word(generation: generation, .executing))
            return generation << 16 | UInt64(index)
        }
        return nil
    }

    /// After `execute` said pending: leaves the call to `complete`, unless that came already.
    func park(_ handle: UInt64) -> Parking {
        let index = Int(handle & Self.slotMask)
        let generation = handle >> 16
        if exchange(
            index,
            Word(generation: generation, .executing),
            Word(generation: generation, .pending)
        ) {
            return .parked
        }
        let status = load(index).status
        free(index, generation)
        return .completed(status)
    }

    /// After `execute` ended the call itself; a completion that came meanwhile was one too many.
    func release(_ handle: UInt64) {
        let index = Int(handle & Self.slotMask)
        let generation = handle >> 16
        let isClean = exchange(
            index,
            Word(generation: generation, .executing),
            Word(generation: generation, .ending)
        )
        if !isClean { stray.wrappingAdd(1, ordering: .relaxed) }
        free(index, generation)
    }

    /// Ends the call `handle` names.
    ///
    /// False when it names none.
    func complete(_ handle: UInt64, _ status: HandlerStatus) -> Bool {
        let index = Int(handle & Self.slotMask)
        let generation = handle >> 16
        let status = status == .pending ? .unknown : status
        guard index < slotCount else { return isStray() }
        while true {
            let word = load(index)
            guard word.generation == generation else { return isStray() }
            switch word.state {
            case .executing:
                let completed = Word(generation: generation, .completed, status)
                if exchange(index, word, completed) { return true }
            case .pending:
                guard exchange(index, word, Word(generation: generation, .ending)) else { continue }
                let occupant = occupants[index]
                free(index, generation)
                occupant?.finish(status)
                return true
            case .free, .claimed, .completed, .ending: return isStray()
            }
        }
    }

    private func isStray() -> Bool {
        stray.wrappingAdd(1, ordering: .relaxed)
        return false
    }

    private func free(_ index: Int, _ generation: UInt64) {
        occupants[index] = nil
        store(index, Word(generation: generation, .free))
    }

    private func load(_ index: Int) -> Word { Word(bits: words[index].load(ordering: .acquiring)) }

    private func store(_ index: Int, _ word: Word) {
        words[index].store(word.bits, ordering: .releasing)
    }

    private func exchange(_ index: Int, _ old: Word, _ new: Word) -> Bool {
        words[index].compareExchange(
            expected: old.bits,
            desired: new.bits,
            ordering: .acquiringAndReleasing
        ).exchanged
    }
}
