// SPDX-License-Identifier: Apache-2.0
import CLinux
import Synchronization

/// One entry of a ring: the slot a message lies in, and the call it is about.
struct RingEntry: Equatable {
    let slot: Int
    /// The low bits of the call's generation.
    let tag: UInt16

    init(slot: Int, generation: UInt64) {
        self.slot = slot
        tag = UInt16(truncatingIfNeeded: generation)
    }

    /// A cell: the turn in the upper half, then tag and slot.
    fileprivate func cell(turn: UInt64) -> UInt64 {
        turn << 32 | UInt64(tag) << 16 | UInt64(UInt16(truncatingIfNeeded: slot))
    }
}

/// The end of a ring that one process writes.
///
/// The threads of that process share the tail, which the other process never sees. There are never
/// more entries than half of the cells, because each stands for a call, so nothing is read to find
/// room.
final class RingProducer: Sendable {
    private let memory: RingMemory
    private let offset: Int
    private let tail: Atomic<UInt64>

    init(_ memory: RingMemory, at offset: Int, from position: UInt64) {
        self.memory = memory
        self.offset = offset
        tail = Atomic(position)
    }

    /// Where the next entry goes.
    var position: UInt64 { tail.load(ordering: .sequentiallyConsistent) }

    func push(_ entry: RingEntry) {
        let position = tail.wrappingAdd(1, ordering: .relaxed).oldValue
        let index = Int(position) & (memory.layout.ringCells - 1)
        (memory.cells(at: offset) + index).pointee.store(
            entry.cell(turn: position &+ 1),
            ordering: .sequentiallyConsistent
        )
    }
}

/// The end of a ring that one thread reads.
struct RingConsumer {
    private let memory: RingMemory
    private let offset: Int
    private(set) var position: UInt64

    init(_ memory: RingMemory, at offset: Int, from position: UInt64) {
        self.memory = memory
        self.offset = offset
        self.position = position
    }

    var isEmpty: Bool { cell >> 32 != (position &+ 1) & UInt64(UInt32.max) }

    /// The next entry; nil when there is none.
    ///
    /// The slot may be any number: the other side wrote it.
    mutating func pop() -> RingEntry? {
        let cell = cell
        guard cell >> 32 == (position &+ 1) & UInt64(UInt32.max) else { return nil }
        position &+= 1
        return RingEntry(slot: Int(cell & 0xffff), generation: cell >> 16)
    }

    private var cell: UInt64 {
        let index = Int(position) & (memory.layout.ringCells - 1)
        return (memory.cells(at: offset) + index).pointee.load(ordering: .sequentiallyConsistent)
    }
}

/// Wakes the other side, which says in a shared flag whether it sleeps.
struct Doorbell: Sendable {
    private let memory: RingMemory
    private let flag: Int
    private let event: Int32

    init(_ memory: RingMemory, flag: Int, event: Int32) {
        self.memory = memory
        self.flag = flag
        self.event = event
    }

    /// After a push: a system call only for a side that sleeps.
    func ring() {
        guard memory.flag(at: flag).pointee.load(ordering: .sequentiallyConsistent) != 0,
            memory.flag(at: flag).pointee.exchange(0, ordering: .sequentiallyConsistent) != 0
        else { return }
        linux_event_signal(event)
    }

    /// Says that this side is about to sleep; it then looks into its ring once more.
    func announceSleep() {
        memory.flag(at: flag).pointee.store(1, ordering: .sequentiallyConsistent)
    }

    /// Says that this side is awake.
    func announceAwake() {
        memory.flag(at: flag).pointee.store(0, ordering: .sequentiallyConsistent)
    }
}
