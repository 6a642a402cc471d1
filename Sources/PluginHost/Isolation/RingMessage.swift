// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a message of a ring.
package enum RingError: UInt8, Error, Sendable {
    /// Shorter than its head.
    case truncated
    /// Its head says another size than it has.
    case wrongSize
    /// A kind the protocol does not know.
    case unknownKind
    /// A part that lies outside of the message.
    case outOfBounds
    /// More lines, items, rows or words than allowed.
    case tooMany
    /// A value its field cannot have.
    case invalidValue
}

/// A message of a ring: a request to a worker, or its reply.
///
/// Little-endian; every part is named by an offset from the message's start, never by a pointer. The
/// other side is not trusted: `decode` looks at a private copy, checks every length, offset and count
/// once, and what it returns reads inside of the message only.
package enum RingMessage {
    /// A call for the worker to execute.
    case request(RingRequest)
    /// How a call ended.
    case reply(RingReply)

    /// The first bytes of every message.
    enum Head {
        static let kind = 0
        static let size = 4
        static let generation = 8
        static let bytes = 16
    }

    enum Kind: UInt32 { case priceRequest = 1, recommendRequest, priceReply, recommendReply }

    /// Reads a message.
    ///
    /// Lifetime: what is returned reads `bytes`, which must stay unchanged. No allocation.
    ///
    /// - Throws: `RingError` for the first thing that is wrong.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(RingError) -> RingMessage {
        guard bytes.count >= Head.bytes else { throw .truncated }
        guard Int(exactly: bytes.word(at: Head.size)) == bytes.count else { throw .wrongSize }
        guard let kind = Kind(rawValue: bytes.word(at: Head.kind)) else { throw .unknownKind }
        switch kind {
        case .priceRequest, .recommendRequest:
            return .request(try RingRequest(bytes, isPrice: kind == .priceRequest))
        case .priceReply, .recommendReply:
            return .reply(try RingReply(bytes, isPrice: kind == .priceReply))
        }
    }
}

extension UnsafeRawBufferPointer {
    func word(at offset: Int) -> UInt32 { loadUnaligned(fromByteOffset: offset, as: UInt32.self) }

    func double(at offset: Int) -> UInt64 { loadUnaligned(fromByteOffset: offset, as: UInt64.self) }

    /// `count` elements of `stride` bytes whose offset and count are at `place`; never empty memory
    /// outside of the message.
    func part(
        at place: Int,
        stride: Int,
        countMax: Int
    ) throws(RingError) -> UnsafeRawBufferPointer {
        let offset = Int(word(at: place))
        let elements = Int(word(at: place + 4))
        guard elements <= countMax else { throw .tooMany }
        guard offset <= count, elements * stride <= count - offset else { throw .outOfBounds }
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + elements * stride])
    }
}
