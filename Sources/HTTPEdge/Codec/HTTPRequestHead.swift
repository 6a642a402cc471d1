// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// The request methods the gateway knows; they are case-sensitive.
package enum HTTPMethod: Sendable {
    /// `GET`
    case get
    /// `HEAD`
    case head
    /// `POST`
    case post
    /// `OPTIONS`
    case options
    /// Any other token, a lower-case one too: reply 501, or 405 where the path is known.
    case other
}

/// The versions of HTTP/1.
package enum HTTPVersion: Sendable {
    /// HTTP/1.0
    case http10
    /// HTTP/1.1
    case http11
}

/// How the end of a request's body is found.
///
/// Source: RFC 9112 §6.
package enum HTTPBodyFraming: Hashable, Sendable {
    /// No body is announced: a method that wants one replies 411.
    case none
    /// A body of so many bytes follows, at most `HTTPLimits.bodyBytesMax`.
    case length(Int)
    /// A chunked body follows, for `ChunkedBodyDecoder`.
    case chunked
}

/// A header field as ranges of the request's bytes.
package struct HTTPField: Sendable {
    /// The name, a token.
    package let name: ByteRange
    /// The value without white space at its ends, without control characters.
    package let value: ByteRange
}

/// The head of one request.
///
/// Shape: every range counts from the first byte given to `parseHead`. Lifetime: until the parser
/// is reset or goes away; the ranges as long as the caller keeps the bytes.
package struct HTTPRequestHead {
    /// The method.
    package internal(set) var method = HTTPMethod.other
    /// The method as it was sent.
    package internal(set) var methodName = ByteRange.empty
    /// The version.
    package internal(set) var version = HTTPVersion.http11
    /// The whole target: origin-form, absolute-form or `*`.
    package internal(set) var target = ByteRange.empty
    /// The path, percent-encoded: starts with `/`; `*`, or empty for an absolute-form without one.
    package internal(set) var path = ByteRange.empty
    /// What follows the first `?`; `nil` without one.
    package internal(set) var query: ByteRange?
    /// How the body is framed.
    package internal(set) var body = HTTPBodyFraming.none
    /// Whether the client waits for `100 Continue` before it sends the body.
    package internal(set) var expectsContinue = false

    var asksToClose = false
    var asksToKeepAlive = false

    private let storage: UnsafeMutablePointer<HTTPField>
    private var fieldCount = 0
    /// Index in `storage` of each known field; only those in `present` mean anything.
    private let knownIndices: UnsafeMutablePointer<Int>
    private var present: UInt32 = 0

    init(storage: UnsafeMutablePointer<HTTPField>, knownIndices: UnsafeMutablePointer<Int>) {
        self.storage = storage
        self.knownIndices = knownIndices
    }

    /// All fields in their order.
    package var fields: UnsafeBufferPointer<HTTPField> {
        UnsafeBufferPointer(start: storage, count: fieldCount)
    }

    /// Whether another request may follow on the connection: `close` wins, and HTTP/1.0 has to ask.
    package var keepsAlive: Bool {
        !asksToClose && (version == .http11 || asksToKeepAlive)
    }

    /// Whether a field was sent.
    package func contains(_ field: HTTPKnownField) -> Bool {
        present & 1 << UInt32(field.rawValue) != 0
    }

    /// The value of a field; of its first line, where a list stands on several.
    package func value(of field: HTTPKnownField) -> ByteRange? {
        contains(field) ? storage[knownIndices[field.rawValue]].value : nil
    }

    mutating func append(_ field: HTTPField) {
        (storage + fieldCount).initialize(to: field)
        fieldCount &+= 1
    }

    /// Notes that the field appended last is a known one, unless an earlier one was.
    mutating func noteLast(as field: HTTPKnownField) {
        guard !contains(field) else { return }
        knownIndices[field.rawValue] = fieldCount &- 1
        present |= 1 << UInt32(field.rawValue)
    }
}
