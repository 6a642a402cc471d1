// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// Why the bytes of a connection are not a request we answer.
///
/// The end of the request is unknown after any of these: reply with `status` and close.
package enum HTTPProtocolError: Error, Hashable, Sendable, CaseIterable {
    /// Not `method SP target SP version`.
    case malformedRequestLine
    /// The request line exceeds `HTTPLimits.requestLineBytesMax`.
    case requestLineTooLong
    /// The target is neither origin-form, absolute-form nor the `*` of OPTIONS.
    case malformedTarget
    /// The version is not spelled `HTTP/d.d`.
    case malformedVersion
    /// The version is neither 1.0 nor 1.1.
    case unsupportedVersion
    /// A line ends with LF alone.
    case bareLineFeed
    /// A field name is empty or holds something else than token characters.
    case malformedFieldName
    /// White space stands between a field name and its colon.
    case spaceBeforeColon
    /// A field value holds a control character.
    case malformedFieldValue
    /// A field continues on a second line.
    case foldedField
    /// The fields exceed `HTTPLimits.fieldsBytesMax`.
    case fieldsTooLarge
    /// There are more fields than `HTTPLimits.fieldCountMax`.
    case tooManyFields
    /// A field that has one value stands twice.
    case repeatedField
    /// An HTTP/1.1 request without Host.
    case missingHost
    /// Host is not a host with an optional port.
    case malformedHost
    /// Content-Length is not one decimal number.
    case malformedContentLength
    /// Content-Length and Transfer-Encoding together.
    case lengthWithTransferEncoding
    /// The body exceeds `HTTPLimits.bodyBytesMax`.
    case bodyTooLarge
    /// Transfer-Encoding is misspelled, or its last coding is not `chunked`.
    case malformedTransferEncoding
    /// Transfer-Encoding in an HTTP/1.0 request.
    case transferEncodingInOldVersion
    /// A transfer coding other than `chunked`.
    case unsupportedTransferCoding
    /// An expectation other than `100-continue`.
    case unsupportedExpectation
    /// A chunk's size line is not a hexadecimal size with well-formed extensions.
    case malformedChunkLine
    /// A chunk's data do not end with CR LF.
    case malformedChunkEnd
    /// The trailer fields exceed `HTTPLimits.trailersBytesMax`.
    case trailersTooLarge

    /// The status of the reply.
    package var status: HTTPStatus {
        switch self {
        case .requestLineTooLong: .targetTooLong
        case .unsupportedVersion: .versionNotSupported
        case .fieldsTooLarge, .tooManyFields, .trailersTooLarge: .fieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedExpectation: .expectationFailed
        default: .badRequest
        }
    }

    /// One line for the client.
    package var detail: StaticString {
        switch self {
        case .malformedRequestLine: "the request line is malformed"
        case .requestLineTooLong: "the request line is too long"
        case .malformedTarget: "the request target is malformed"
        case .malformedVersion: "the HTTP version is malformed"
        case .unsupportedVersion: "the HTTP version is not 1.1 or 1.0"
        case .bareLineFeed: "a line does not end with CR LF"
        case .malformedFieldName: "a field name is malformed"
        case .spaceBeforeColon: "white space before the colon of a field"
        case .malformedFieldValue: "a field value holds a control character"
        case .foldedField: "a field is folded over two lines"
        case .fieldsTooLarge: "the header fields are too large"
        case .tooManyFields: "there are too many header fields"
        case .repeatedField: "a field that has one value appears twice"
        case .missingHost: "the Host field is missing"
        case .malformedHost: "the Host field is malformed"
        case .malformedContentLength: "the Content-Length field is malformed"
        case .lengthWithTransferEncoding: "both Content-Length and Transfer-Encoding are given"
        case .bodyTooLarge: "the body is too large"
        case .malformedTransferEncoding: "the Transfer-Encoding field is malformed"
        case .transferEncodingInOldVersion: "Transfer-Encoding in an HTTP/1.0 request"
        case .unsupportedTransferCoding: "the only transfer coding is chunked"
        case .unsupportedExpectation: "the only expectation is 100-continue"
        case .malformedChunkLine: "the size line of a chunk is malformed"
        case .malformedChunkEnd: "the data of a chunk do not end where its size says"
        case .trailersTooLarge: "the trailer fields are too large"
        }
    }
}
