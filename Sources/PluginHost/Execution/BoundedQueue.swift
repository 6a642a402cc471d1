// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A queue of fixed capacity for any number of producers and consumers, without locks.
///
/// Each cell carries a sequence number that says whose turn it is.
/// Source: Dmitry Vyukov, "Bounded MPMC queue", 1024cores.net.
///
/// `@unchecked Sendable` because a cell's element is touched only by the thread that took its turn.
final class BoundedQueue<Element: BitwiseCopyable>: @unchecked Sendable {
    private let mask: Int
    private let turns: UnsafeMutablePointer<Atomic<Int>>
    private let elements: UnsafeMutablePointer<Element>
    private let tail = Atomic<Int>(0)
    private let head = Atomic<Int>(0)

    /// A queue for `capacity` elements, rounded up to a power of two of at least 2.
    init(capacity: Int) {
        var size = 2
        while size < capacity { size *= 2 }
        mask = size - 1
        turns = .allocate(capacity: size)
        elements = .allocate(capacity: size)
        for index in 0..<size { (turns + index).initialize(to: Atomic(index)) }
    }

    deinit {
        turns.deinitialize(count: mask + 1)
        turns.deallocate()
        elements.deallocate()
    }

    /// Whether nothing is in the queue and nobody is about to put something in.
    var isEmpty: Bool { head.load(ordering: .acquiring) == tail.load(ordering: .acquiring) }

    /// False when the queue is full.
    func push(_ element: Element) -> Bool {
        var position = tail.load(ordering: .relaxed)
        while true {
            let turn = turns[position & mask].load(ordering: .acquiring)
            if turn == position {
                let result = tail.weakCompareExchange(
                    expected: position,
                    desired: position + 1,
                    ordering: .relaxed
                )
                guard !result.exchanged else { break }
                position = result.original
            } else if turn < position {
                return false
            } else {
                position = tail.load(ordering: .relaxed)
            }
        }
        elements[position & mask] = element
        turns[position & mask].store(position + 1, ordering: .releasing)
        return true
    }

    /// The oldest element; nil when there is none or its producer is not done.
    func pop() -> Element? {
        var position = head.load(ordering: .relaxed)
        while true {
            let turn = turns[position & mask].load(ordering: .acquiring)
            if turn == position + 1 {
                let result = head.weakCompareExchange(
                    expected: position,
                    desired: position + 1,
                    ordering: .relaxed
                )
                guard !result.exchanged else { break }
                position = result.original
            } else if turn <= position {
                return nil
            } else {
                position = head.load(ordering: .relaxed)
            }
        }
        let element = elements[position & mask]
        turns[position & mask].store(position + mask + 1, ordering: .releasing)
        return element
    }
}
