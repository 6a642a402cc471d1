// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// Writes responses one after another into a buffer that is sent and emptied.
///
/// One response is `begin`, any number of `field`, then `end`. Complexity: allocates only while the
/// buffer grows.
package struct HTTPResponseEncoder: ~Copyable {
    /// The responses not sent yet.
    package var bytes: ByteWriter
    private var date = HTTPDate()
    /// Whether the status begun last lets a body follow.
    private var hasBody = true

    /// How a response ends.
    package struct Ending: Sendable {
        /// The request was a HEAD: send the length of the body and not the body.
        package var omitsBody: Bool
        /// No response follows on the connection.
        package var closes: Bool
        /// The client speaks HTTP/1.0 and takes the connection for closed unless told otherwise.
        package var announcesKeepAlive: Bool

        /// What `end` does with the body and the connection.
        package init(
            omitsBody: Bool = false,
            closes: Bool = false,
            announcesKeepAlive: Bool = false
        ) {
            self.omitsBody = omitsBody
            self.closes = closes
            self.announcesKeepAlive = announcesKeepAlive
        }
    }

    /// An encoder with room for `capacity` bytes of responses.
    package init(capacity: Int) { bytes = ByteWriter(capacity: capacity) }

    /// Writes the interim response that lets a client send its body.
    package mutating func writeContinue() {
        bytes.append("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Writes the status line and the Date field.
    ///
    /// Unit: `unixSeconds` since 1970, not negative.
    package mutating func begin(_ status: HTTPStatus, unixSeconds: Int64) {
        hasBody = status != .noContent && status != .notModified
        bytes.append("HTTP/1.1 ")
        bytes.append(decimal: UInt64(status.code))
        bytes.append(UInt8(ascii: " "))
        bytes.append(status.reason)
        bytes.append("\r\nDate: ")
        bytes.append(date.text(atUnixSeconds: unixSeconds))
        bytes.append("\r\n")
    }

    /// Writes a field whose value is known to be safe.
    package mutating func field(_ name: StaticString, _ value: StaticString) {
        beginField(name)
        bytes.append(value)
        bytes.append("\r\n")
    }

    /// Writes a field with a number.
    package mutating func field(_ name: StaticString, _ value: Int) {
        beginField(name)
        bytes.append(decimal: Int64(value))
        bytes.append("\r\n")
    }

    /// Writes a field; a byte of the value that could end it becomes `?`.
    package mutating func field(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        beginField(name)
        if FieldText.containsAll(value) {
            bytes.append(value)
        } else {
            for byte in value { bytes.append(FieldText.contains(byte) ? byte : UInt8(ascii: "?")) }
        }
        bytes.append("\r\n")
    }

    /// Writes the length, the empty line and the body; status 204 and 304 have
    /// neither length nor body.
    package mutating func end(
        body: UnsafeRawBufferPointer,
        _ ending: Ending = Ending()
    ) {
        if hasBody { field("Content-Length", body.count) }
        if ending.closes {
            bytes.append("Connection: close\r\n")
        } else if ending.announcesKeepAlive {
            bytes.append("Connection: keep-alive\r\n")
        }
        bytes.append("\r\n")
        if hasBody && !ending.omitsBody { bytes.append(body) }
    }

    private mutating func beginField(_ name: StaticString) {
        bytes.append(name)
        bytes.append(": ")
    }
}
