// SPDX-License-Identifier: Apache-2.0

/// Bytes of arrays one after the other, each from the start of a cache line.
struct ArenaSections {
    /// A cache line; vectors are loaded from addresses that are multiples of half of it.
    private static let alignment = 64

    private var bytes: [UInt8] = []

    /// Bytes so far.
    var byteCount: Int { bytes.count }

    /// Appends an array and returns the offset it will be at.
    mutating func append<T: BitwiseCopyable>(_ array: [T]) -> Int {
        let offset = bytes.count
        array.withUnsafeBytes { bytes.append(contentsOf: $0) }
        let rest = bytes.count % Self.alignment
        if rest > 0 { bytes.append(contentsOf: repeatElement(0, count: Self.alignment - rest)) }
        return offset
    }

    /// Appends numbers in that width, in which they are exact.
    mutating func append(_ numbers: [Double], as precision: Precision) -> Int {
        switch precision {
        case .float32: append(numbers.map { Float($0) })
        case .float64: append(numbers)
        }
    }

    /// A block of memory with all of them, which the caller deallocates.
    func copied() -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(bytes.count, 1),
            alignment: Self.alignment
        )
        UnsafeMutableRawBufferPointer(start: block, count: bytes.count).copyBytes(from: bytes)
        return block
    }
}
