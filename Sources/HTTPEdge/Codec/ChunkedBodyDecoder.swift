// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// Decodes a chunked request body as its bytes arrive.
///
/// Source: RFC 9112 §7.1.
///
/// Extensions and trailer fields are checked and dropped. Complexity: linear, no allocation.
package struct ChunkedBodyDecoder {
    private let limits: HTTPLimits
    private var machine: ChunkStateMachine

    /// How far a call came.
    package struct Progress: Hashable, Sendable {
        /// Bytes of the input that are done with: all of them, unless the body is complete or the
        /// output full.
        package let consumed: Int
        /// Bytes of the body written to the output.
        package let written: Int
        /// Whether the whole body was decoded; what is left of the input is the next request.
        package let isComplete: Bool
    }

    /// A decoder at the first byte of a body.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        machine = ChunkStateMachine(limits: limits)
    }

    /// Makes ready for the next body.
    package mutating func reset() { machine = ChunkStateMachine(limits: limits) }

    /// Decodes bytes that follow those of the last call.
    ///
    /// `output` may start where `input` does, or before: the body is never ahead of its encoding.
    package mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(HTTPProtocolError) -> Progress {
        var consumed = 0
        var written = 0
        while consumed < input.count, !machine.isComplete {
            let run = min(machine.dataRemaining, input.count &- consumed)
            if run == 0 {
                try machine.accept(input[consumed])
                consumed &+= 1
                continue
            }
            let fitting = min(run, output.count &- written)
            if fitting == 0 { break }
            Self.move(input, consumed, to: output, written, count: fitting)
            machine.acceptData(count: fitting)
            consumed &+= fitting
            written &+= fitting
        }
        return Progress(consumed: consumed, written: written, isComplete: machine.isComplete)
    }

    private static func move(
        _ input: UnsafeRawBufferPointer,
        _ consumed: Int,
        to output: UnsafeMutableRawBufferPointer,
        _ written: Int,
        count: Int
    ) {
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        // copyMemory allows the two to overlap.
        (target + written).copyMemory(from: source + consumed, byteCount: count)
    }
}
