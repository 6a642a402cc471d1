// SPDX-License-Identifier: Apache-2.0

/// The body of an error reply, `application/problem+json`.
///
/// Source: RFC 9457.
///
/// ```json
/// {"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"…",
///  "errors":[{"detail":"…","pointer":"/lines/0/quantity"}]}
/// ```
package struct ProblemDetails {
    /// The media type of the body.
    package static let mediaType: StaticString = "application/problem+json"

    /// The reply's status, whose reason is the title.
    package let status: HTTPStatus
    /// What went wrong, in one line for the client.
    package let detail: StaticString

    /// A problem with a status and one line about it.
    package init(_ status: HTTPStatus, detail: StaticString) {
        self.status = status
        self.detail = detail
    }

    /// The problem that a refused document makes.
    package init(_ error: JSONError) { self.init(error.status, detail: error.detail) }

    /// Writes the whole document.
    package func write(to writer: inout JSONWriter) {
        begin(in: &writer)
        writer.endObject()
    }

    /// Writes the `errors` member with one field at fault.
    ///
    /// `pointer` is a JSON Pointer (RFC 6901), empty for the whole request document.
    package func writeErrors(pointer: UnsafeRawBufferPointer, to writer: inout JSONWriter) {
        writer.key("errors")
        writer.beginArray()
        Self.writeError(detail: detail, pointer: pointer, to: &writer)
        writer.endArray()
    }

    /// Writes the members up to `detail` and leaves the object open for more.
    package func begin(in writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.string("about:blank")
        writer.key("title")
        writer.string(status.reason)
        writer.key("status")
        writer.integer(Int64(status.code))
        writer.key("detail")
        writer.string(detail)
    }

    /// Writes one element of `errors`.
    package static func writeError(
        detail: StaticString,
        pointer: UnsafeRawBufferPointer,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("detail")
        writer.string(detail)
        writer.key("pointer")
        writer.string(pointer)
        writer.endObject()
    }
}
