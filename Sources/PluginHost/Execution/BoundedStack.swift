// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A stack of fixed capacity for any number of threads, without locks: the newest element first.
///
/// Two lists share the cells: the elements, and the free cells. A list's head names its first cell and
/// counts its changes, so that a cell that went and came back is not mistaken for one that stayed.
/// Source: R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118.
///
/// `@unchecked Sendable` because a cell's element is touched only by the thread that took the cell.
final class BoundedStack<Element: BitwiseCopyable>: @unchecked Sendable {
    private static var none: UInt32 { .max }
    private static var changeUnit: UInt64 { 1 << 32 }

    private let capacity: Int
    private let elements: UnsafeMutablePointer<Element>
    /// The cell below each cell.
    private let below: UnsafeMutablePointer<Atomic<UInt32>>
    /// Changes in the upper half, the first cell in the lower.
    private let used = Atomic<UInt64>(UInt64(UInt32.max))
    private let free = Atomic<UInt64>(0)

    /// An empty stack.
    init(capacity: Int) {
        self.capacity = capacity
        elements = .allocate(capacity: capacity)
        below = .allocate(capacity: capacity)
        for cell in 0..<capacity {
            let next = cell + 1 < capacity ? UInt32(cell + 1) : Self.none
            (below + cell).initialize(to: Atomic(next))
        }
    }

    deinit {
        below.deinitialize(count: capacity)
        below.deallocate()
        elements.deallocate()
    }

    /// Whether nothing is on the stack.
    var isEmpty: Bool { UInt32(truncatingIfNeeded: used.load(ordering: .acquiring)) == Self.none }

    /// False when the stack is full.
    func push(_ element: Element) -> Bool {
        guard let cell = take(from: free) else { return false }
        elements[cell] = element
        put(cell, on: used)
        return true
    }

    /// The newest element; nil when there is none.
    func pop() -> Element? {
        guard let cell = take(from: used) else { return nil }
        let element = elements[cell]
        put(cell, on: free)
        return element
    }

    private func take(from list: borrowing Atomic<UInt64>) -> Int? {
        var head = list.load(ordering: .acquiring)
        while true {
            let cell = UInt32(truncatingIfNeeded: head)
            guard cell != Self.none else { return nil }
            let next = below[Int(cell)].load(ordering: .relaxed)
            let (exchanged, current) = list.weakCompareExchange(
                expected: head,
                desired: Self.changed(head, first: next),
                ordering: .acquiringAndReleasing
            )
            if exchanged { return Int(cell) }
            head = current
        }
    }

    private func put(_ cell: Int, on list: borrowing Atomic<UInt64>) {
        var head = list.load(ordering: .relaxed)
        while true {
            below[cell].store(UInt32(truncatingIfNeeded: head), ordering: .relaxed)
            let (exchanged, current) = list.weakCompareExchange(
                expected: head,
                desired: Self.changed(head, first: UInt32(cell)),
                ordering: .acquiringAndReleasing
            )
            if exchanged { return }
            head = current
        }
    }

    private static func changed(_ head: UInt64, first cell: UInt32) -> UInt64 {
        (head & ~UInt64(UInt32.max)) &+ changeUnit | UInt64(cell)
    }
}
