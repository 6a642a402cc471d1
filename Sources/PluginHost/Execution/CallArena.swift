// SPDX-License-Identifier: Apache-2.0

/// Memory of one call: handed out front to back, given back all at once.
///
/// Concurrency: used by whoever executes the call. Complexity: O(1), no allocation after init.
package final class CallArena {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private var used = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: max(capacity, 1), alignment: Limits.arenaAlignmentMax)
    }

    deinit { base.deallocate() }

    /// The bytes handed out so far, with their padding.
    package var usedBytes: Int { used }

    /// `size` uninitialised bytes; nil when the arena is full or the alignment is not a power of two up to 64.
    ///
    /// Lifetime: until `reset`.
    package func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        guard size >= 0, alignment > 0, alignment & (alignment - 1) == 0,
            alignment <= Limits.arenaAlignmentMax
        else { return nil }
        let start = (used + alignment - 1) & ~(alignment - 1)
        guard start <= capacity, size <= capacity - start else { return nil }
        used = start + size
        return base + start
    }

    /// Takes everything back.
    package func reset() { used = 0 }
}
