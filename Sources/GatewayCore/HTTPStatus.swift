// SPDX-License-Identifier: Apache-2.0

/// A status code with its reason phrase.
///
/// Source: RFC 9110 §15.
package struct HTTPStatus: Equatable, Sendable {
    /// The three-digit code.
    package let code: Int
    /// The reason phrase, also the title of a problem document.
    package let reason: StaticString

    private init(_ code: Int, _ reason: StaticString) {
        self.code = code
        self.reason = reason
    }

    /// Two statuses are equal when their codes are.
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Status 200.
    package static let ok = HTTPStatus(200, "OK")
    /// Status 204.
    package static let noContent = HTTPStatus(204, "No Content")
    /// Status 304.
    package static let notModified = HTTPStatus(304, "Not Modified")
    /// Status 400.
    package static let badRequest = HTTPStatus(400, "Bad Request")
    /// Status 401.
    package static let unauthorized = HTTPStatus(401, "Unauthorized")
    /// Status 403.
    package static let forbidden = HTTPStatus(403, "Forbidden")
    /// Status 404.
    package static let notFound = HTTPStatus(404, "Not Found")
    /// Status 405.
    package static let methodNotAllowed = HTTPStatus(405, "Method Not Allowed")
    /// Status 406.
    package static let notAcceptable = HTTPStatus(406, "Not Acceptable")
    /// Status 408.
    package static let requestTimeout = HTTPStatus(408, "Request Timeout")
    /// Status 411.
    package static let lengthRequired = HTTPStatus(411, "Length Required")
    /// Status 413.
    package static let contentTooLarge = HTTPStatus(413, "Content Too Large")
    /// Status 414.
    package static let targetTooLong = HTTPStatus(414, "URI Too Long")
    /// Status 415.
    package static let unsupportedMediaType = HTTPStatus(415, "Unsupported Media Type")
    /// Status 417.
    package static let expectationFailed = HTTPStatus(417, "Expectation Failed")
    /// Status 422.
    package static let unprocessableContent = HTTPStatus(422, "Unprocessable Content")
    /// Status 429.
    package static let tooManyRequests = HTTPStatus(429, "Too Many Requests")
    /// Status 431.
    package static let fieldsTooLarge = HTTPStatus(431, "Request Header Fields Too Large")
    /// Status 500.
    package static let internalServerError = HTTPStatus(500, "Internal Server Error")
    /// Status 501.
    package static let notImplemented = HTTPStatus(501, "Not Implemented")
    /// Status 503.
    package static let serviceUnavailable = HTTPStatus(503, "Service Unavailable")
    /// Status 504.
    package static let gatewayTimeout = HTTPStatus(504, "Gateway Timeout")
    /// Status 505.
    package static let versionNotSupported = HTTPStatus(505, "HTTP Version Not Supported")
}
