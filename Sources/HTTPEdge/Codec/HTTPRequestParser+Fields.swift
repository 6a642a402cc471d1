// SPDX-License-Identifier: Apache-2.0

import GatewayCore

extension HTTPRequestParser {
    /// Parses `name: value` on a line that is not empty.
    mutating func parseField(
        _ bytes: UnsafeRawBufferPointer,
        _ line: ByteRange
    ) throws(HTTPProtocolError) {
        let field = try Self.splitField(bytes, line)
        if head.fields.count == limits.fieldCountMax { throw .tooManyFields }
        head.append(field)
        guard let known = HTTPKnownField.named(bytes[field.name]) else { return }
        if head.contains(known) && !known.isList { throw .repeatedField }
        head.noteLast(as: known)
        try interpret(known, field.value, bytes)
    }

    private static func splitField(
        _ bytes: UnsafeRawBufferPointer,
        _ line: ByteRange
    ) throws(HTTPProtocolError) -> HTTPField {
        var colon = line.start
        while colon < line.end, CharacterSet128.token.contains(bytes[colon]) { colon &+= 1 }
        let next = colon < line.end ? bytes[colon] : 0
        if FieldText.isSpace(next) {
            throw colon == line.start ? .foldedField : .spaceBeforeColon
        }
        guard next == UInt8(ascii: ":"), colon > line.start else { throw .malformedFieldName }
        let value = FieldText.trimmed(bytes, colon &+ 1, line.end)
        guard FieldText.containsAll(bytes[value]) else { throw .malformedFieldValue }
        return HTTPField(name: ByteRange(line.start, colon), value: value)
    }

    /// Checks what the fields say together.
    mutating func finishHead() throws(HTTPProtocolError) {
        if head.version == .http10 {
            head.expectsContinue = false
        } else if !head.contains(.host) {
            throw .missingHost
        }
        if head.contains(.contentLength) && head.contains(.transferEncoding) {
            throw .lengthWithTransferEncoding
        }
    }

    private mutating func interpret(
        _ field: HTTPKnownField,
        _ value: ByteRange,
        _ bytes: UnsafeRawBufferPointer
    ) throws(HTTPProtocolError) {
        switch field {
        case .host:
            guard HostName.isValid(bytes[value]) else { throw .malformedHost }
        case .contentLength:
            head.body = .length(try contentLength(bytes[value]))
        case .transferEncoding:
            try checkTransferEncoding(bytes, value)
            head.body = .chunked
        case .connection:
            interpretConnection(bytes, value)
        case .expect:
            guard FieldText.isEqualIgnoringCase(bytes[value], "100-continue") else {
                throw .unsupportedExpectation
            }
            head.expectsContinue = true
        default: break
        }
    }
}
