// SPDX-License-Identifier: Apache-2.0
import CSluice

extension sluice_bytes {
    /// The bytes of a literal; they live as long as the process.
    init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }

    /// The borrowed bytes; empty when the pointer is null.
    var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: data, count: data == nil ? 0 : Int(clamping: size))
    }

    /// A copy of the bytes as text; ill-formed UTF-8 is replaced.
    var text: String { String(decoding: buffer, as: UTF8.self) }

    func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { buffer.elementsEqual($0) }
    }
}

extension UnsafePointer {
    /// The element at `index` of an array whose elements lie `stride` bytes apart.
    func element(at index: Int, stride: UInt32) -> UnsafePointer<Pointee> {
        (UnsafeRawPointer(self) + index * Int(stride)).assumingMemoryBound(to: Pointee.self)
    }
}

/// The size of a C struct as `struct_size` states it.
func structSize<Struct>(_ type: Struct.Type) -> UInt32 { UInt32(MemoryLayout<Struct>.size) }
