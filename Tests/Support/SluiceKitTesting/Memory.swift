// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Memory that lives as long as its owner, for C structs that point at each other.
final class Memory {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    func bytes(_ count: Int, alignment: Int = 64) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1),
            alignment: alignment
        )
        block.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 1))
        blocks.append(block)
        return block
    }

    func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
        let start = bytes(values.count * MemoryLayout<Element>.stride)
            .bindMemory(to: Element.self, capacity: max(values.count, 1))
        start.initialize(from: values, count: values.count)
        return start
    }

    func text(_ text: String) -> (data: UnsafePointer<UInt8>, size: UInt64) {
        let bytes = Array(text.utf8)
        return (UnsafePointer(copy(bytes)), UInt64(bytes.count))
    }
}

extension sluice_bytes {
    var string: String {
        String(decoding: UnsafeBufferPointer(start: data, count: Int(size)), as: UTF8.self)
    }
}
