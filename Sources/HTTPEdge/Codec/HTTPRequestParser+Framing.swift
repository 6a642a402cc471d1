// SPDX-License-Identifier: Apache-2.0

import GatewayCore

extension HTTPRequestParser {
    /// The value of Content-Length: digits alone, no sign, no list.
    func contentLength(_ value: UnsafeRawBufferPointer) throws(HTTPProtocolError) -> Int {
        guard !value.isEmpty else { throw .malformedContentLength }
        var length = 0
        for byte in value {
            let digit = Int(byte) &- Int(UInt8(ascii: "0"))
            guard 0..<10 ~= digit else { throw .malformedContentLength }
            let (shifted, overflow) = length.multipliedReportingOverflow(by: 10)
            let (next, carry) = shifted.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw .malformedContentLength }
            length = next
        }
        guard length <= limits.bodyBytesMax else { throw .bodyTooLarge }
        return length
    }

    /// Accepts `chunked` alone, and says what is wrong with anything else.
    ///
    /// White space after the value, which a field may have, is refused: some peers then take the
    /// coding for an unknown one and read the body another way.
    func checkTransferEncoding(
        _ bytes: UnsafeRawBufferPointer,
        _ value: ByteRange
    ) throws(HTTPProtocolError) {
        if head.version == .http10 { throw .transferEncodingInOldVersion }
        guard !FieldText.isSpace(bytes[value.end]) else { throw .malformedTransferEncoding }
        var codings = CommaSeparated(bytes, value)
        var isChunked = false
        var isSupported = true
        while let coding = codings.next() {
            guard !isChunked, !coding.isEmpty, CharacterSet128.token.containsAll(coding) else {
                throw .malformedTransferEncoding
            }
            isChunked = FieldText.isEqualIgnoringCase(coding, "chunked")
            if !isChunked { isSupported = false }
        }
        guard isSupported else { throw .unsupportedTransferCoding }
    }

    mutating func interpretConnection(_ bytes: UnsafeRawBufferPointer, _ value: ByteRange) {
        var options = CommaSeparated(bytes, value)
        while let option = options.next() {
            if FieldText.isEqualIgnoringCase(option, "close") {
                head.asksToClose = true
            } else if FieldText.isEqualIgnoringCase(option, "keep-alive") {
                head.asksToKeepAlive = true
            }
        }
    }
}
