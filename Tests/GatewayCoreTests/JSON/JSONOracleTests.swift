// SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzTargets
import Testing

@testable import GatewayCore

/// The reader against Foundation's, on documents made and damaged at random.
struct JSONOracleTests {
    private static let documentsPerSeed = 150

    @Test(arguments: UInt64(1)...10)
    func readsWhatFoundationReads(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.documentsPerSeed {
            let tree = Self.tree(depth: 4, using: &generator)
            let document = Self.document(of: tree, using: &generator)
            let bytes = Array(document.utf8)
            #expect(try JSONTree.read(bytes) == tree, "seed \(seed): \(document)")
            let theirs = try JSONSerialization.jsonObject(
                with: Data(bytes),
                options: .fragmentsAllowed
            )
            #expect(tree.isSame(as: theirs), "seed \(seed): \(document)")
        }
    }

    @Test(arguments: UInt64(1)...10)
    func acceptsNothingThatFoundationRefuses(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.documentsPerSeed * 4 {
            let tree = Self.tree(depth: 3, using: &generator)
            var bytes = Array(Self.document(of: tree, using: &generator).utf8)
            Self.damage(&bytes, using: &generator)
            let error = readingError(bytes)
            #expect(error == skippingError(bytes), "seed \(seed): \(bytes)")
            guard let read = try? JSONTree.read(bytes), !read.hasHugeNumber else { continue }
            let theirs = try? JSONSerialization.jsonObject(
                with: Data(bytes),
                options: .fragmentsAllowed
            )
            #expect(theirs != nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private static func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        let interesting = Array("\"\\{}[],:0-+.eEu \u{0}\n".utf8) + [0x80, 0xC3, 0xED, 0xF4]
        for _ in 0..<Int.random(in: 1...2, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let byte = interesting.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[index] = byte
            case 1: bytes.insert(byte, at: index)
            default: if bytes.count > 1 { bytes.remove(at: index) }
            }
        }
    }

    private static func tree(depth: Int, using generator: inout SeededGenerator) -> JSONTree {
        switch Int.random(in: 0..<(depth == 0 ? 4 : 6), using: &generator) {
        case 0: return .null
        case 1: return .boolean(.random(using: &generator))
        case 2: return .number(number(using: &generator))
        case 3: return .string(Array(text(using: &generator).utf8))
        case 4:
            let count = Int.random(in: 0...4, using: &generator)
            return .array((0..<count).map { _ in tree(depth: depth - 1, using: &generator) })
        default:
            var members: [String: JSONTree] = [:]
            for index in 0..<Int.random(in: 0...4, using: &generator) {
                members["\(index)\(text(using: &generator))"] = tree(
                    depth: depth - 1,
                    using: &generator
                )
            }
            return .object(members)
        }
    }

    private static func number(using generator: inout SeededGenerator) -> String {
        let whole =
            Int64.random(in: .min ... .max, using: &generator)
            >> Int64.random(
                in: 0...63,
                using: &generator
            )
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return "\(whole)"
        case 1: return "\(whole).\(Int.random(in: 0...9999, using: &generator))"
        default: return "\(whole)e\(Int.random(in: -20...20, using: &generator))"
        }
    }

    private static func text(using generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{7F}", "é", "€", "😀",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            text.append(scalars.randomElement(using: &generator) ?? "a")
        }
        return String(text)
    }

    private static func document(
        of tree: JSONTree,
        using generator: inout SeededGenerator
    ) -> String {
        let space = [" ", "\n", "\t\r", "", "", ""].randomElement(using: &generator) ?? ""
        switch tree {
        case .null: return space + "null"
        case .boolean(let value): return space + "\(value)"
        case .number(let digits): return digits + space
        case .string(let text): return quoted(text, using: &generator) + space
        case .array(let elements):
            let parts = elements.map { document(of: $0, using: &generator) }
            return "[" + space + parts.joined(separator: "," + space) + "]"
        case .object(let members):
            let parts = members.map {
                quoted(Array($0.utf8), using: &generator) + space + ":"
                    + document(of: $1, using: &generator)
            }
            return space + "{" + parts.joined(separator: space + ",") + space + "}"
        }
    }

    private static func quoted(
        _ text: [UInt8],
        using generator: inout SeededGenerator
    ) -> String {
        var quoted = "\""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Int.random(in: 0..<5, using: &generator) == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
