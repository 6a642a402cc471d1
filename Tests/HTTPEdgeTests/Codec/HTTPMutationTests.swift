// SPDX-License-Identifier: Apache-2.0

import FuzzTargets
import Testing

@testable import HTTPEdge

/// Requests damaged at random: whatever comes out, it comes out whole, the same for every split,
/// and without a read past the bytes received.
struct HTTPMutationTests {
    private static let mutationsPerSeed = 400
    private static let interesting: [UInt8] = Array(
        "\r\n\t :;,\"\\%/?#*+-09afgAFGxX=@[]\0\u{7F}".utf8
    )

    @Test(arguments: UInt64(1)...12)
    func answersTheSameHoweverItArrives(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let corpus = HTTPRequestParserTests.everyRequest.filter { $0.utf8.count < 400 }
        for _ in 0..<Self.mutationsPerSeed {
            guard let origin = corpus.randomElement(using: &generator) else { return }
            let request = Self.mutated(Array(origin.utf8), using: &generator)
            let whole = exchange([request])
            let parts = Self.parts(of: request, using: &generator)
            #expect(exchange(parts) == whole, "seed \(seed): \(request)")
            Self.checkOracle(whole, seed: seed)
        }
    }

    private static func checkOracle(_ outcome: HTTPOutcome, seed: UInt64) {
        guard let first = outcome.request, first.framing != .none else { return }
        let second = exchange([first.serialised]).request
        #expect(second?.body == first.body, "seed \(seed): \(first)")
        #expect(second?.byteCount == first.serialised.count, "seed \(seed): \(first)")
    }

    private static func mutated(
        _ bytes: [UInt8],
        using generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: 0...bytes.count, using: &generator)
            let byte =
                Bool.random(using: &generator)
                ? interesting.randomElement(using: &generator) ?? 0
                : UInt8.random(in: 0...255, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.insert(byte, at: index)
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2 where index < bytes.count: bytes[index] = byte
            default:
                let end = Int.random(in: index...bytes.count, using: &generator)
                bytes.insert(contentsOf: bytes[index..<end].prefix(40), at: index)
            }
        }
        return bytes
    }

    private static func parts(
        of bytes: [UInt8],
        using generator: inout SeededGenerator
    ) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...20, using: &generator))
            parts.append(Array(part))
            rest = rest.dropFirst(part.count)
        }
        return parts
    }
}
