// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Memory whose addresses stay the same while it lives: the C view of a snapshot points into it.
struct StableMemory: ~Copyable {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    /// Copies trivial values to a place of their own.
    mutating func array<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
        let pointer = UnsafeMutablePointer<Value>.allocate(capacity: max(values.count, 1))
        pointer.initialize(from: values, count: values.count)
        blocks.append(UnsafeMutableRawPointer(pointer))
        return pointer
    }

    /// Copies a text.
    mutating func bytes(_ text: String) -> sluice_bytes {
        let utf8 = Array(text.utf8)
        return sluice_bytes(data: array(utf8), size: UInt64(utf8.count))
    }
}
