// SPDX-License-Identifier: Apache-2.0

/// A reply under construction: status, header fields and body, in buffers that are used again.
///
/// The worker fills it, the edge frames and sends it before the worker's next turn.
package final class GatewayReply {
    /// Room for a cart of a few lines; larger replies grow the buffer once.
    private static let bodyCapacity = 4096
    /// Room for the fields of a decision: identifier, version, rung and timings.
    private static let fieldsCapacity = 512

    /// The status of the reply.
    package var status = HTTPStatus.ok
    /// The media type of the body; empty when there is none.
    package var mediaType: StaticString = ""
    /// Further field lines, each with its line end.
    package var fields = ByteWriter(capacity: fieldsCapacity)
    /// The body; its size becomes the Content-Length.
    package var body = JSONWriter(capacity: bodyCapacity)

    init() {}

    /// Empties the reply for the next request.
    func reset() {
        status = .ok
        mediaType = ""
        fields.removeAll()
        body.removeAll()
    }

    /// Adds a field with a fixed value.
    func addField(_ name: StaticString, _ value: StaticString) {
        fields.append(name)
        fields.append(": ")
        fields.append(value)
        fields.append("\r\n")
    }
}
