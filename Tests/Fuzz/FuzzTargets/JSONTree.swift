// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// A document read through the pull reader into something that can be compared.
package indirect enum JSONTree: Equatable {
    /// An object.
    case object([String: JSONTree])
    /// An array.
    case array([JSONTree])
    /// The decoded bytes of a string.
    case string([UInt8])
    /// A number as it was written.
    case number(String)
    /// `true` or `false`.
    case boolean(Bool)
    /// `null`.
    case null
}

extension JSONTree {
    /// Reads a whole document from a buffer of exactly its bytes.
    package static func read(
        _ bytes: [UInt8],
        limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONTree {
        var reader = JSONReader(limits: limits)
        return try read(bytes, with: &reader)
    }

    /// Reads a whole document with a reader that was used before.
    package static func read(
        _ bytes: [UInt8],
        with reader: inout JSONReader
    ) throws(JSONError) -> JSONTree {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try reader.begin(UnsafeRawBufferPointer(copy))
        let tree = try value(&reader)
        try reader.end()
        return tree
    }

    private static func value(_ reader: inout JSONReader) throws(JSONError) -> JSONTree {
        switch try reader.nextKind() {
        case .object: return try object(&reader)
        case .array: return try array(&reader)
        case .string: return .string(Array(try reader.string().decoded))
        case .number: return .number(String(decoding: try reader.number(), as: UTF8.self))
        case .boolean: return .boolean(try reader.boolean())
        case .null:
            _ = try reader.null()
            return .null
        }
    }

    private static func object(_ reader: inout JSONReader) throws(JSONError) -> JSONTree {
        var members: [String: JSONTree] = [:]
        try reader.beginObject()
        while let key = try reader.nextKey() {
            members[String(decoding: Array(key.decoded), as: UTF8.self)] = try value(&reader)
        }
        return .object(members)
    }

    private static func array(_ reader: inout JSONReader) throws(JSONError) -> JSONTree {
        var elements: [JSONTree] = []
        try reader.beginArray()
        while try reader.nextElement() { elements.append(try value(&reader)) }
        return .array(elements)
    }
}

/// Why a document is refused when every value is read, `nil` when it is not.
package func readingError(
    _ bytes: [UInt8],
    limits: JSONLimits = JSONLimits()
) -> JSONError? {
    do {
        _ = try JSONTree.read(bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// Why a document is refused when it is skipped, `nil` when it is not.
package func skippingError(_ bytes: [UInt8]) -> JSONError? {
    var reader = JSONReader()
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    do {
        try reader.begin(UnsafeRawBufferPointer(copy))
        try reader.skipValue()
        try reader.end()
        return nil
    } catch {
        return error
    }
}
