// SPDX-License-Identifier: Apache-2.0
import CSluice

/// How a call failed; the raw values are the header's status codes.
///
/// The header's "Status codes" says which of them count against the version's circuit breaker.
/// Source: sluice_plugin.h, "Status codes".
public enum HandlerStatus: Int32, CaseIterable, Sendable {
    /// Not ended yet: a completion follows.
    case pending = -1
    /// Stopped because nobody waits for the answer any more.
    case cancelled = 1
    /// Anything that no other code names.
    case unknown = 2
    /// The request or the settings make no sense to the model.
    case invalidArgument = 3
    /// Gave up because time ran out.
    case deadlineExceeded = 4
    /// The model has no answer for this input.
    case notFound = 5
    /// The call's arena or a limit of the plugin is full.
    case resourceExhausted = 8
    /// Something the model needs is missing, such as a column of the snapshot.
    case failedPrecondition = 9
    /// An index or a count beyond what was announced.
    case outOfRange = 11
    /// A kind or feature the plugin does not provide.
    case unimplemented = 12
    /// An invariant of the plugin broke.
    case `internal` = 13
    /// Try again later.
    case unavailable = 14
    /// An artifact or a snapshot is damaged.
    case dataLoss = 15
}

/// Why a handler could not do what it was asked: a status and one line of text.
///
/// A message that is a string literal costs no allocation, so throwing one while executing is cheap.
public struct HandlerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The code the host sees.
    public let status: HandlerStatus
    /// One line, lower case, without a final stop.
    public let message: String

    /// Makes an error from a status and one line of text.
    public init(_ status: HandlerStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// The message alone.
    public var description: String { message }
}

extension HandlerError {
    /// Writes the text into the host's message, cut to its capacity, and answers the status.
    func report(to message: UnsafeMutablePointer<sluice_message>?) -> Int32 {
        guard let message, let data = message.pointee.data else { return status.rawValue }
        var text = self.message
        text.withUTF8 { bytes in
            let size = Self.wholeCharacters(of: bytes, capacity: Int(message.pointee.capacity))
            data.withMemoryRebound(to: UInt8.self, capacity: size) {
                _ = UnsafeMutableBufferPointer(start: $0, count: size).update(
                    fromContentsOf: bytes[..<size]
                )
            }
            message.pointee.size = UInt32(size)
        }
        return status.rawValue
    }

    /// The largest number of bytes within the capacity that splits no character.
    private static func wholeCharacters(
        of bytes: UnsafeBufferPointer<UInt8>,
        capacity: Int
    ) -> Int {
        guard bytes.count > capacity else { return bytes.count }
        var size = capacity
        while size > 0 && UTF8.isContinuation(bytes[size]) { size -= 1 }
        return size
    }
}

/// Runs one step of a handler and turns its outcome into what the C table answers.
func status(
    reportingTo message: UnsafeMutablePointer<sluice_message>?,
    _ step: () throws(HandlerError) -> Void
) -> Int32 {
    do throws(HandlerError) {
        try step()
        return Int32(SLUICE_OK)
    } catch {
        return error.report(to: message)
    }
}
