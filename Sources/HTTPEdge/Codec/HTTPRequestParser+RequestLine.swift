// SPDX-License-Identifier: Apache-2.0

import GatewayCore

extension HTTPRequestParser {
    /// Parses `method SP target SP version`, with one space each.
    mutating func parseRequestLine(
        _ bytes: UnsafeRawBufferPointer,
        _ line: ByteRange
    ) throws(HTTPProtocolError) {
        let methodEnd = try Self.space(in: bytes, from: line.start, to: line.end)
        head.methodName = ByteRange(line.start, methodEnd)
        try parseMethod(bytes[head.methodName])
        let targetEnd = try Self.space(in: bytes, from: methodEnd &+ 1, to: line.end)
        try parseVersion(bytes[ByteRange(targetEnd &+ 1, line.end)])
        head.target = ByteRange(methodEnd &+ 1, targetEnd)
        try parseTarget(bytes)
    }

    private static func space(
        in bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int
    ) throws(HTTPProtocolError) -> Int {
        var index = start
        while index < end && bytes[index] != 0x20 { index &+= 1 }
        guard index > start, index < end else { throw .malformedRequestLine }
        return index
    }

    private mutating func parseMethod(
        _ name: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) {
        if name.isEqual(to: "POST") {
            head.method = .post
        } else if name.isEqual(to: "GET") {
            head.method = .get
        } else if name.isEqual(to: "HEAD") {
            head.method = .head
        } else if name.isEqual(to: "OPTIONS") {
            head.method = .options
        } else {
            guard CharacterSet128.token.containsAll(name) else { throw .malformedRequestLine }
            head.method = .other
        }
    }

    private mutating func parseVersion(
        _ version: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) {
        if version.isEqual(to: "HTTP/1.1") {
            head.version = .http11
        } else if version.isEqual(to: "HTTP/1.0") {
            head.version = .http10
        } else {
            throw Self.isVersion(version) ? .unsupportedVersion : .malformedVersion
        }
    }

    private static func isVersion(_ version: UnsafeRawBufferPointer) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return version.count == 8
            && UnsafeRawBufferPointer(rebasing: version[..<5]).isEqual(to: "HTTP/")
            && digits.contains(version[5]) && version[6] == UInt8(ascii: ".")
            && digits.contains(version[7])
    }

    private mutating func parseTarget(
        _ bytes: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) {
        let target = head.target
        switch bytes[target.start] {
        case UInt8(ascii: "/"):
            try parsePathAndQuery(bytes, from: target.start)
        case UInt8(ascii: "*") where head.method == .options && target.count == 1:
            head.path = target
        default:
            let authority = try Self.authority(in: bytes, target)
            guard HostName.isValid(bytes[authority]) else { throw .malformedTarget }
            try parsePathAndQuery(bytes, from: authority.end)
        }
    }

    /// The authority of an absolute-form target.
    ///
    /// Source: RFC 9112 §3.2.2.
    private static func authority(
        in bytes: UnsafeRawBufferPointer,
        _ target: ByteRange
    ) throws(HTTPProtocolError) -> ByteRange {
        guard
            let start = authorityStart(bytes, target, scheme: "http://")
                ?? authorityStart(bytes, target, scheme: "https://")
        else { throw .malformedTarget }
        var end = start
        while end < target.end, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") {
            end &+= 1
        }
        return ByteRange(start, end)
    }

    private static func authorityStart(
        _ bytes: UnsafeRawBufferPointer,
        _ target: ByteRange,
        scheme: StaticString
    ) -> Int? {
        let end = target.start &+ scheme.utf8CodeUnitCount
        guard end < target.end else { return nil }
        let prefix = bytes[ByteRange(target.start, end)]
        return FieldText.isEqualIgnoringCase(prefix, scheme) ? end : nil
    }

    private mutating func parsePathAndQuery(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int
    ) throws(HTTPProtocolError) {
        let end = head.target.end
        let pathEnd = try Self.skip(.path, in: bytes, from: start, to: end)
        head.path = ByteRange(start, pathEnd)
        guard pathEnd < end else { return }
        guard bytes[pathEnd] == UInt8(ascii: "?"),
            try Self.skip(.query, in: bytes, from: pathEnd &+ 1, to: end) == end
        else { throw .malformedTarget }
        head.query = ByteRange(pathEnd &+ 1, end)
    }

    /// The first byte outside a set; percent signs must start an encoded byte.
    private static func skip(
        _ characters: CharacterSet128,
        in bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int
    ) throws(HTTPProtocolError) -> Int {
        var index = start
        while index < end, characters.contains(bytes[index]) {
            if bytes[index] == UInt8(ascii: "%") {
                guard index &+ 2 < end, hexadecimalValue(of: bytes[index &+ 1]) != nil,
                    hexadecimalValue(of: bytes[index &+ 2]) != nil
                else { throw .malformedTarget }
            }
            index &+= 1
        }
        return index
    }
}

/// A host with an optional port, as in the Host field.
///
/// Source: RFC 9110 §7.2. Narrower than RFC 3986: names have no percent signs and no sub-delimiters.
enum HostName {
    private static let portDigitsMax = 5

    static func isValid(_ authority: UnsafeRawBufferPointer) -> Bool {
        guard let hostEnd = hostEnd(in: authority) else { return false }
        if hostEnd == authority.count { return true }
        let port = authority.dropFirst(hostEnd + 1)
        return authority[hostEnd] == UInt8(ascii: ":") && port.count <= portDigitsMax
            && port.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func hostEnd(in authority: UnsafeRawBufferPointer) -> Int? {
        guard !authority.isEmpty else { return nil }
        let isLiteral = authority[0] == UInt8(ascii: "[")
        let characters: CharacterSet128 = isLiteral ? .addressLiteral : .host
        let start = isLiteral ? 1 : 0
        var end = start
        while end < authority.count, characters.contains(authority[end]) { end &+= 1 }
        guard end > start else { return nil }
        guard isLiteral else { return end }
        return end < authority.count && authority[end] == UInt8(ascii: "]") ? end &+ 1 : nil
    }
}
