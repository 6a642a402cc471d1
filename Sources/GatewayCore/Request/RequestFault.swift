// SPDX-License-Identifier: Apache-2.0

/// Why a request is refused before anything is decided.
struct RequestFault: Error {
    let status: HTTPStatus
    /// One line for the client.
    let detail: StaticString
    /// The field at fault as a JSON Pointer, where the reader cannot tell it.
    var field: StaticString?
    /// Where the JSON reader met a document it refuses, in bytes.
    var offset: Int?
    /// Whether the JSON reader stands at the value at fault.
    var isAtReader = false
    /// The methods of a 405.
    var allow: StaticString?

    init(_ status: HTTPStatus, _ detail: StaticString, field: StaticString? = nil) {
        self.status = status
        self.detail = detail
        self.field = field
    }

    /// A document the reader refused.
    init(_ error: JSONError) {
        self.init(error.status, error.detail)
        offset = error.offset
        isAtReader = true
    }

    /// A value of the right type that makes no sense, read last by the JSON reader.
    static func atReader(_ detail: StaticString) -> RequestFault {
        var fault = RequestFault(.unprocessableContent, detail)
        fault.isAtReader = true
        return fault
    }

    static func methodNotAllowed(_ allow: StaticString) -> RequestFault {
        var fault = RequestFault(.methodNotAllowed, "the method is not allowed here")
        fault.allow = allow
        return fault
    }

    static let notFound = RequestFault(.notFound, "there is no such path")

    /// The request does not fit the memory of a call.
    static let tooLarge = RequestFault(.contentTooLarge, "the request needs too much memory")
}
