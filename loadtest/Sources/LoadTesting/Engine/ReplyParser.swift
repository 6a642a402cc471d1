// SPDX-License-Identifier: Apache-2.0

/// What a request needs to know of its reply's head.
package struct ReplyHead: Equatable, Sendable {
    /// How the body ends.
    package enum Framing: Equatable, Sendable {
        case length(Int)
        case chunked
        case untilClose
    }

    /// Status code.
    package var status = 0
    /// How the body ends.
    package var framing = Framing.untilClose
    /// Whether the server ends the connection after the reply.
    package var closes = false
    /// Where `Sluice-Rung` lies in the reply; empty when it is not there.
    package var rung = 0..<0
    /// Where `Sluice-Version` lies in the reply; empty when it is not there.
    package var version = 0..<0
    /// Where `Sluice-Arm` lies in the reply; empty when it is not there.
    package var arm = 0..<0
    /// Where `Server-Timing` lies in the reply; empty when it is not there.
    package var serverTiming = 0..<0
}

/// Why bytes are not a reply we can read.
package enum ReplyError: Error, Equatable {
    /// Not the syntax of HTTP/1.1.
    case malformed
    /// More bytes than a reply may have.
    case tooLarge
}

/// Finds the end of one HTTP/1.1 reply in bytes that grow: pure, no sockets.
///
/// It is given all bytes since the reply's start each time and reads each of them once. It trusts no
/// length: a reply larger than `bytesMaximum` is refused before it is waited for.
package struct ReplyParser {
    /// Where the reply stands.
    package enum Progress: Equatable {
        case incomplete
        /// The reply ends here; its body is `body` of the bytes, chunk framing included.
        case complete(byteCount: Int, body: Range<Int>)
    }

    /// The largest reply: a list of a thousand recommendations is a tenth of it.
    package static let bytesMaximum = 4 << 20
    /// The largest head.
    package static let headBytesMaximum = 64 << 10

    /// The head, once it was read.
    package internal(set) var head = ReplyHead()
    var headByteCount = 0
    /// Where the next chunk's size line begins.
    var chunkStart = 0
    /// How far the head's end was looked for.
    var searched = 0

    /// A parser for a connection's first reply.
    package init() {}

    /// Forgets the reply before.
    package mutating func reset() { self = ReplyParser() }

    /// Reads on; `bytes` begin with the reply's first one.
    package mutating func parse(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ReplyError) -> Progress {
        while headByteCount == 0 {
            guard try readHead(bytes) else { return .incomplete }
            guard (100..<200).contains(head.status) else { break }
            try skipInterim()
        }
        switch head.framing {
        case .length(let count): return complete(bytes, bodyByteCount: count)
        case .chunked: return try readChunks(bytes)
        case .untilClose:
            guard bytes.count <= Self.bytesMaximum else { throw .tooLarge }
            return .incomplete
        }
    }

    /// The end of a reply that lasts until the connection closes; incomplete for any other.
    package func parseEnd(byteCount: Int) -> Progress {
        guard headByteCount > 0, head.framing == .untilClose else { return .incomplete }
        return .complete(byteCount: byteCount, body: headByteCount..<byteCount)
    }

    private func complete(_ bytes: UnsafeRawBufferPointer, bodyByteCount: Int) -> Progress {
        let end = headByteCount + bodyByteCount
        guard bytes.count >= end else { return .incomplete }
        return .complete(byteCount: end, body: headByteCount..<end)
    }
}
