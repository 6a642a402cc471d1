// SPDX-License-Identifier: Apache-2.0

import GatewayCore
import HTTPEdge

/// What a codec makes of the bytes of one request.
package enum HTTPOutcome: Equatable {
    /// A whole request.
    case request(HTTPRequestText)
    /// A request that is not whole.
    case incomplete
    /// No request.
    case refused(HTTPProtocolError)

    /// Why the bytes were refused.
    package var error: HTTPProtocolError? {
        if case .refused(let error) = self { error } else { nil }
    }

    /// The request, if there is one.
    package var request: HTTPRequestText? {
        if case .request(let request) = self { request } else { nil }
    }
}

/// A request with everything copied out of the buffer.
package struct HTTPRequestText: Equatable {
    /// The method as sent.
    package var method: String
    /// The whole target.
    package var target: String
    /// The path.
    package var path: String
    /// The query.
    package var query: String?
    /// The version.
    package var version: HTTPVersion
    /// Names and values in their order.
    package var fields: [[String]]
    /// How the body was framed.
    package var framing: HTTPBodyFraming
    /// Whether another request may follow.
    package var keepsAlive: Bool
    /// Whether the client waits before its body.
    package var expectsContinue: Bool
    /// The decoded body.
    package var body: [UInt8] = []
    /// Bytes of the head and the body.
    package var byteCount = 0

    init(_ head: HTTPRequestHead, _ bytes: UnsafeRawBufferPointer) {
        func text(_ range: ByteRange) -> String { String(decoding: bytes[range], as: UTF8.self) }
        method = text(head.methodName)
        target = text(head.target)
        path = text(head.path)
        query = head.query.map(text)
        version = head.version
        fields = head.fields.map { [text($0.name), text($0.value)] }
        framing = head.body
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
    }

    /// The request written anew, its body always with a length.
    package var serialised: [UInt8] {
        var text = "\(method) \(target) HTTP/\(version == .http11 ? "1.1" : "1.0")\r\n"
        for field in fields where field[0].lowercased() != "transfer-encoding" {
            text += "\(field[0]):\(field[1])\r\n"
        }
        if framing == .chunked { text += "Content-Length: \(body.count)\r\n" }
        return Array(text.utf8) + [0x0D, 0x0A] + body
    }
}

/// Feeds bytes to the codec as a connection would, each arrival in a buffer of exactly the bytes
/// received so far, so that an address sanitizer sees any read past them.
package func exchange(
    _ arrivals: [[UInt8]],
    limits: HTTPLimits = HTTPLimits()
) -> HTTPOutcome {
    var parser = HTTPRequestParser(limits: limits)
    var received: [UInt8] = []
    var request: HTTPRequestText?
    var headBytes = 0
    var reader = BodyCollector(limits: limits)
    for arrival in arrivals {
        received += arrival
        do {
            if request == nil {
                try withExactCopy(of: received[...]) { bytes throws(HTTPProtocolError) in
                    guard case .head(let count) = try parser.parseHead(bytes) else { return }
                    headBytes = count
                    request = HTTPRequestText(parser.head, bytes)
                }
            }
            guard let framing = request?.framing else { continue }
            guard try reader.collect(received[headBytes...], framing) else { continue }
        } catch {
            return .refused(error)
        }
        request?.body = reader.body
        request?.byteCount = headBytes + reader.consumed
        return request.map { .request($0) } ?? .incomplete
    }
    return .incomplete
}

/// Collects the body of a request, given all bytes after the head each time.
struct BodyCollector {
    private var decoder: ChunkedBodyDecoder
    var body: [UInt8] = []
    var consumed = 0

    init(limits: HTTPLimits) { decoder = ChunkedBodyDecoder(limits: limits) }

    /// Whether the body is complete.
    mutating func collect(
        _ bytes: ArraySlice<UInt8>,
        _ framing: HTTPBodyFraming
    ) throws(HTTPProtocolError) -> Bool {
        switch framing {
        case .none: return true
        case .length(let length):
            guard bytes.count >= length else { return false }
            body = Array(bytes.prefix(length))
            consumed = length
            return true
        case .chunked: return try decode(bytes.dropFirst(consumed))
        }
    }

    private mutating func decode(_ bytes: ArraySlice<UInt8>) throws(HTTPProtocolError) -> Bool {
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 7, alignment: 1)
        defer { output.deallocate() }
        var rest = bytes
        repeat {
            var isComplete = false
            try withExactCopy(of: rest) { input throws(HTTPProtocolError) in
                let progress = try decoder.decode(input, into: output)
                body += output.prefix(progress.written)
                consumed += progress.consumed
                rest = rest.dropFirst(progress.consumed)
                isComplete = progress.isComplete
            }
            if isComplete { return true }
        } while !rest.isEmpty
        return false
    }
}

/// Calls with the bytes in an allocation of exactly their size.
package func withExactCopy<Failure: Error>(
    of bytes: ArraySlice<UInt8>,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
) throws(Failure) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try body(UnsafeRawBufferPointer(copy))
}
