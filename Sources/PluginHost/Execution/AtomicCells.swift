// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A fixed array of atomic counters.
///
/// `@unchecked Sendable` because every access after init is atomic.
final class AtomicCells: @unchecked Sendable {
    let count: Int
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>

    init(count: Int) {
        self.count = count
        cells = .allocate(capacity: count)
        for index in 0..<count { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: count)
        cells.deallocate()
    }

    subscript(index: Int) -> UInt64 {
        get { at(index).pointee.load(ordering: .relaxed) }
        set { at(index).pointee.store(newValue, ordering: .relaxed) }
    }

    func add(_ amount: UInt64, at index: Int) {
        at(index).pointee.wrappingAdd(amount, ordering: .relaxed)
    }

    private func at(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(index >= 0 && index < count)
        return cells + index
    }
}
