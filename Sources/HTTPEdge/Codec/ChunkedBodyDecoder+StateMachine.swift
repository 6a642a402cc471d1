// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// Follows the frame of a chunked body byte by byte; the data themselves pass beside it.
struct ChunkStateMachine {
    private let limits: HTTPLimits
    private var state = State.sizeStart
    private var size = 0
    private var bodyBytes = 0
    private var lineBytes = 0
    private var trailerBytes = 0
    /// Bytes of the current chunk's data that are still to come.
    private(set) var dataRemaining = 0

    private enum State {
        case sizeStart, size
        case extensionNameStart, extensionName, extensionValueStart, extensionToken
        case quoted, quotedPair, quotedEnd
        case sizeLineFeed
        case dataCarriageReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed
        case lastLineFeed, complete
    }

    init(limits: HTTPLimits) { self.limits = limits }

    /// Whether the last line was read.
    var isComplete: Bool { state == .complete }

    /// Accounts for bytes of data, at most `dataRemaining`.
    mutating func acceptData(count: Int) { dataRemaining &-= count }

    /// Follows one byte of the frame; no data remain.
    mutating func accept(_ byte: UInt8) throws(HTTPProtocolError) {
        switch state {
        case .sizeStart, .size, .sizeLineFeed: try acceptSize(byte)
        case .dataCarriageReturn, .dataLineFeed: try acceptDataEnd(byte)
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .lastLineFeed:
            try acceptTrailer(byte)
        case .complete: preconditionFailure("the body is complete")
        default: try acceptExtension(byte)
        }
    }
}

// MARK: - The size line

extension ChunkStateMachine {
    private mutating func acceptSize(_ byte: UInt8) throws(HTTPProtocolError) {
        if state == .sizeLineFeed { return try beginData(byte) }
        try countLineByte(byte)
        if let digit = hexadecimalValue(of: byte) {
            guard size <= Int.max >> 4 else { throw .malformedChunkLine }
            size = size << 4 | Int(digit)
            state = .size
        } else {
            guard state == .size else { throw .malformedChunkLine }
            try endSizeOrExtension(byte)
        }
    }

    /// Counts what stands before the line ending; a CR elsewhere is refused anyway.
    private mutating func countLineByte(_ byte: UInt8) throws(HTTPProtocolError) {
        guard byte != 0x0D else { return }
        lineBytes &+= 1
        if lineBytes > limits.chunkLineBytesMax { throw .malformedChunkLine }
    }

    private mutating func endSizeOrExtension(_ byte: UInt8) throws(HTTPProtocolError) {
        switch byte {
        case 0x0D: state = .sizeLineFeed
        case UInt8(ascii: ";"): state = .extensionNameStart
        default: throw .malformedChunkLine
        }
    }

    private mutating func beginData(_ byte: UInt8) throws(HTTPProtocolError) {
        guard byte == 0x0A else { throw .malformedChunkLine }
        guard size <= limits.bodyBytesMax &- bodyBytes else { throw .bodyTooLarge }
        state = size == 0 ? .trailerStart : .dataCarriageReturn
        bodyBytes &+= size
        dataRemaining = size
        size = 0
        lineBytes = 0
    }

    /// `;name`, `;name=token` or `;name="quoted"`, without white space around the signs.
    private mutating func acceptExtension(_ byte: UInt8) throws(HTTPProtocolError) {
        try countLineByte(byte)
        let isToken = CharacterSet128.token.contains(byte)
        switch state {
        case .extensionNameStart where isToken, .extensionName where isToken:
            state = .extensionName
        case .extensionName where byte == UInt8(ascii: "="):
            state = .extensionValueStart
        case .extensionValueStart where byte == UInt8(ascii: "\""):
            state = .quoted
        case .extensionValueStart where isToken, .extensionToken where isToken:
            state = .extensionToken
        case .quoted, .quotedPair: try acceptQuoted(byte)
        case .extensionName, .extensionToken, .quotedEnd: try endSizeOrExtension(byte)
        default: throw .malformedChunkLine
        }
    }

    private mutating func acceptQuoted(_ byte: UInt8) throws(HTTPProtocolError) {
        guard FieldText.contains(byte) else { throw .malformedChunkLine }
        switch byte {
        case _ where state == .quotedPair: state = .quoted
        case UInt8(ascii: "\\"): state = .quotedPair
        case UInt8(ascii: "\""): state = .quotedEnd
        default: break
        }
    }
}

// MARK: - Data and trailers

extension ChunkStateMachine {
    private mutating func acceptDataEnd(_ byte: UInt8) throws(HTTPProtocolError) {
        let isCarriageReturn = state == .dataCarriageReturn
        guard byte == (isCarriageReturn ? 0x0D : 0x0A) else { throw .malformedChunkEnd }
        state = isCarriageReturn ? .dataLineFeed : .sizeStart
    }

    private mutating func acceptTrailer(_ byte: UInt8) throws(HTTPProtocolError) {
        trailerBytes &+= 1
        if trailerBytes > limits.trailersBytesMax { throw .trailersTooLarge }
        switch state {
        case .trailerStart where byte == 0x0D: state = .lastLineFeed
        case .trailerStart where FieldText.isSpace(byte): throw .foldedField
        case .trailerStart, .trailerName: try acceptTrailerName(byte)
        case .trailerValue where byte == 0x0D: state = .trailerLineFeed
        case .trailerValue:
            guard FieldText.contains(byte) else { throw .malformedFieldValue }
        default:
            guard byte == 0x0A else { throw .malformedFieldValue }
            state = state == .lastLineFeed ? .complete : .trailerStart
        }
    }

    private mutating func acceptTrailerName(_ byte: UInt8) throws(HTTPProtocolError) {
        if CharacterSet128.token.contains(byte) {
            state = .trailerName
        } else if state == .trailerName && byte == UInt8(ascii: ":") {
            state = .trailerValue
        } else {
            throw FieldText.isSpace(byte) ? .spaceBeforeColon : .malformedFieldName
        }
    }
}
