// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayCore

/// A JSON document is refused alike whether it is read or skipped, read as Foundation reads it, and
/// its texts come back from our writer.
package struct JSONProperty: FuzzProperty {
    /// Another reader of the whole document; nil when it is refused.
    package typealias Reference = ([UInt8]) -> Any?

    private let reference: Reference

    /// The property against Foundation.
    package init() {
        reference = {
            try? JSONSerialization.jsonObject(with: Data($0), options: .fragmentsAllowed)
        }
    }

    /// The property against any reader.
    package init(reference: @escaping Reference) { self.reference = reference }

    /// Reads, skips, compares and writes.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        let reading = readingError(input)
        let skipping = skippingError(input)
        let tree = try? JSONTree.read(input)
        try PropertyViolation.unless(
            Self.agree(reading, skipping, tree),
            "read: \(String(describing: reading)), skipped: \(String(describing: skipping))"
        )
        if let reading {
            let isInside = (0...input.count).contains(reading.offset)
            try PropertyViolation.unless(isInside, "error at \(reading.offset) of \(input.count)")
        }
        if let tree { try compare(tree, input) }
    }

    /// Whether reading and skipping find the same fault; only reading finds a number too large.
    private static func agree(_ reading: JSONError?, _ skipping: JSONError?, _ tree: JSONTree?)
        -> Bool
    {
        reading == skipping && (reading == nil) == (tree != nil)
    }

    private func compare(_ tree: JSONTree, _ input: [UInt8]) throws {
        if !tree.hasHugeNumber, !Self.hasByteOrderMark(input) {
            guard let theirs = reference(input) else {
                throw PropertyViolation(description: "accepted what the reference refuses: \(tree)")
            }
            try PropertyViolation.unless(tree.isSame(as: theirs), "\(tree) is to them \(theirs)")
        }
        for text in tree.texts {
            let again = try? JSONTree.read(Self.written(text))
            try PropertyViolation.unless(
                again == .string(text),
                "wrote \(text), read \(String(describing: again))"
            )
        }
    }

    /// Foundation drops a byte order mark inside of texts and keys, which RFC 8259 does not ask for.
    private static func hasByteOrderMark(_ input: [UInt8]) -> Bool {
        input.indices.contains { input[$0...].starts(with: [0xEF, 0xBB, 0xBF]) }
    }

    private static func written(_ text: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(capacity: text.count + 2)
        text.withUnsafeBytes { writer.string($0) }
        return Array(writer.bytes.bytes)
    }
}
