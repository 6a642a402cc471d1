// SPDX-License-Identifier: Apache-2.0

import GatewayCore

@testable import HTTPEdge

/// What a codec makes of the bytes of one request.
enum HTTPOutcome: Equatable {
    case request(HTTPRequestText)
    case incomplete
    case refused(HTTPProtocolError)

    var error: HTTPProtocolError? {
        if case .refused(let error) = self { error } else { nil }
    }

    var request: HTTPRequestText? {
        if case .request(let request) = self { request } else { nil }
    }
}

/// A request with everything copied out of the buffer.
struct HTTPRequestText: Equatable {
    var method: String
    var target: String
    var path: String
    var query: String?
    var version: HTTPVersion
    var fields: [[String]]
    var framing: HTTPBodyFraming
    var keepsAlive: Bool
    var expectsContinue: Bool
    var body: [UInt8] = []
    /// Bytes of the head and the body.
    var byteCount = 0

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
    var serialised: [UInt8] {
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
func exchange(_ arrivals: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> HTTPOutcome {
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
        var progress: ChunkedBodyDecoder.Progress
        repeat {
            var next = ChunkedBodyDecoder.Progress(consumed: 0, written: 0, isComplete: false)
            try withExactCopy(of: rest) { input throws(HTTPProtocolError) in
                next = try decoder.decode(input, into: output)
            }
            progress = next
            body += output.prefix(progress.written)
            consumed += progress.consumed
            rest = rest.dropFirst(progress.consumed)
        } while !progress.isComplete && !rest.isEmpty
        return progress.isComplete
    }
}

/// Calls with the bytes in an allocation of exactly their size.
func withExactCopy<Failure: Error>(
    of bytes: ArraySlice<UInt8>,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
) throws(Failure) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try body(UnsafeRawBufferPointer(copy))
}
