// SPDX-License-Identifier: Apache-2.0

/// An immutable array at an address that does not move.
final class ArenaBlock<Element: BitwiseCopyable>: @unchecked Sendable {  // Written by `init` alone.
    /// Its first element.
    let start: UnsafePointer<Element>
    /// How many elements it has.
    let count: Int

    /// A copy of an array.
    init(_ elements: [Element]) {
        let block = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        block.initialize(from: elements, count: elements.count)
        start = UnsafePointer(block)
        count = elements.count
    }

    deinit { start.deallocate() }
}
