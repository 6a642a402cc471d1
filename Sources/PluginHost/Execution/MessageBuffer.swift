// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A line of text a plugin may write, in memory of the host.
final class MessageBuffer {
    let pointer: UnsafeMutablePointer<sluice_message>
    private let data: UnsafeMutablePointer<CChar>
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        data = .allocate(capacity: capacity)
        data.initialize(repeating: 0, count: capacity)
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: sluice_message())
        reset()
    }

    deinit {
        pointer.deallocate()
        data.deallocate()
    }

    func reset() {
        pointer.pointee = sluice_message(
            struct_size: UInt32(MemoryLayout<sluice_message>.size),
            capacity: UInt32(capacity),
            size: 0,
            reserved: 0,
            data: data
        )
    }

    /// Takes over what somebody else wrote, as much as fits.
    func copy(_ text: UnsafeRawBufferPointer) {
        let size = min(text.count, capacity)
        if let source = text.baseAddress {
            UnsafeMutableRawPointer(data).copyMemory(from: source, byteCount: size)
        }
        pointer.pointee.size = UInt32(size)
    }

    /// What was written: the host's own pointer, and no more than fits.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: data, count: min(Int(pointer.pointee.size), capacity))
    }

    /// The text after a colon, or nothing.
    var suffix: String {
        bytes.isEmpty ? "" : ": " + String(decoding: bytes, as: UTF8.self).printable
    }
}

extension sluice_bytes {
    /// The bytes; nil when the pointer is missing although the size is not 0.
    var buffer: UnsafeRawBufferPointer? {
        guard size <= UInt64(Int.max), data != nil || size == 0 else { return nil }
        return UnsafeRawBufferPointer(start: data, count: Int(size))
    }
}
