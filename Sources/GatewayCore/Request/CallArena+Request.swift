// SPDX-License-Identifier: Apache-2.0
import PluginHost

extension CallArena {
    /// Uninitialised elements that live as long as the call.
    func allocate<Element>(
        _ type: Element.Type,
        count: Int
    ) throws(RequestFault) -> UnsafeMutableBufferPointer<Element> {
        let size = count * MemoryLayout<Element>.stride
        guard let base = allocate(size, alignment: MemoryLayout<Element>.alignment) else {
            throw .tooLarge
        }
        return UnsafeMutableBufferPointer(
            start: base.bindMemory(to: type, capacity: count),
            count: count
        )
    }

    /// A copy that lives as long as the call.
    func copy(_ bytes: UnsafeRawBufferPointer) throws(RequestFault) -> UnsafeRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer(try allocate(UInt8.self, count: bytes.count))
        copy.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }

    /// A copy in upper case (ASCII): how product keys are stored.
    func upperCased(
        _ bytes: UnsafeRawBufferPointer
    ) throws(RequestFault) -> UnsafeRawBufferPointer {
        let copy = try allocate(UInt8.self, count: bytes.count)
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            copy[index] = isLower ? byte & 0xDF : byte
        }
        return UnsafeRawBufferPointer(copy)
    }

    /// A value of a query, decoded.
    func queryValue(
        _ value: UnsafeRawBufferPointer,
        field: StaticString
    ) throws(RequestFault) -> UnsafeRawBufferPointer {
        let buffer = try allocate(UInt8.self, count: max(value.count, 1))
        guard let base = buffer.baseAddress else { throw .tooLarge }
        do throws(QueryReader.Fault) {
            return UnsafeRawBufferPointer(
                start: base,
                count: try QueryReader.decode(value, into: base)
            )
        } catch {
            throw RequestFault(.badRequest, "a percent escape is malformed", field: field)
        }
    }
}
