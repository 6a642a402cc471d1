// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// A message from another process decodes to what lies inside of it, or is refused.
///
/// The size in its head is made right half of the time, so that inputs reach what follows it.
package struct RingProperty: FuzzProperty {
    /// A decoder: how many parts the message has, nil when it is refused.
    package typealias Decoder = (UnsafeRawBufferPointer) -> RingShape?

    private let decode: Decoder

    /// The property of our decoder.
    package init() { decode = RingShape.init }

    /// The property of any decoder.
    package init(decode: @escaping Decoder) { self.decode = decode }

    /// Decodes the input as it is and with the right size.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        try checkBounds(input)
        guard input.count >= Self.sizeOffset + 4 else { return }
        var sized = input
        withUnsafeBytes(of: UInt32(input.count).littleEndian) {
            sized.replaceSubrange(Self.sizeOffset..<Self.sizeOffset + 4, with: $0)
        }
        try checkBounds(sized)
    }

    /// Where a message's head has its size.
    private static let sizeOffset = 4

    private func checkBounds(_ message: [UInt8]) throws {
        var shape: RingShape?
        var again: RingShape?
        withExactCopy(of: message[...]) { shape = decode($0) }
        withExactCopy(of: message[...]) { again = decode($0) }
        try PropertyViolation.unless(shape == again, "decoded twice, it differs")
        guard let shape else { return }
        try PropertyViolation.unless(
            shape.bytesMin <= message.count,
            "\(message.count) bytes cannot hold \(shape)"
        )
    }
}

/// How many parts a message of a ring has.
package struct RingShape: Equatable {
    /// Lines of a request, or prices or items of a reply.
    package var entryCount: Int
    /// Words of a reply.
    package var wordCount: Int

    /// A shape of so many parts.
    package init(entryCount: Int, wordCount: Int) {
        self.entryCount = entryCount
        self.wordCount = wordCount
    }

    /// The shape of a message; nil when it is refused.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        switch try? RingMessage.decode(bytes) {
        case .request(let request): self.init(entryCount: request.lineCount, wordCount: 0)
        case .reply(let reply):
            self.init(entryCount: reply.entryCount, wordCount: reply.wordCount)
        case nil: return nil
        }
    }

    /// The least bytes that hold these parts, which do not overlap in any message that is sent.
    ///
    /// A hostile message may name the same bytes twice; one kind of part at least must fit.
    var bytesMin: Int { max(entryCount * 12, wordCount * 8) }
}
