// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing
import YAMLDecoding

/// Breaks the shipped configuration in one place at a time.
@Suite struct CorruptionTests {
    /// Text that no reader of the file can tell from a slip.
    private static let freeText: Set = [
        "host", "allow_origin", "directory", "path", "sha256_file", "salt", "layer", "plugin",
        "handler",
    ]
    /// Mappings whose keys are the operator's own names.
    private static let namedMappings: Set = ["models", "versions", "weights"]

    @Test func nearlyEveryCorruptionIsRefusedAtItsLine() throws {
        let seed: UInt64 = 20_261_123
        var random = SplitMix64(seed: seed)
        let places = try Self.places()
        let intact = try #require(load(Sample.text).config)
        var missed: [String] = []
        for _ in 0..<200 {
            let place = places.randomElement(using: &random)!
            let kind = Corruption.allCases.randomElement(using: &random)!
            guard let broken = kind.apply(to: place, using: &random) else { continue }
            let result = load(broken)
            let lines = result.diagnostics.flatMap { [$0.span] + $0.notes.map(\.span) }
                .compactMap { $0?.line }
            let isRefused = result.config == nil && lines.contains(place.key.line)
            if !isRefused, result.config != intact { missed.append("\(kind) \(place.path)") }
        }
        #expect(missed.count <= 4, "seed \(seed): \(missed)")
    }

    @Test func everyMisspelledKeyIsUnknown() throws {
        let seed: UInt64 = 7
        var random = SplitMix64(seed: seed)
        for place in try Self.places() {
            guard let broken = Corruption.misspelledKey.apply(to: place, using: &random)
            else { continue }
            let codes = load(broken).diagnostics.filter { $0.span?.line == place.key.line }
            #expect(codes.contains { $0.code == .unknownKey }, "seed \(seed): \(place.path)")
        }
    }

    @Test(arguments: 0..<4) func editsOfOneCharacterNeverLetAnUnknownKeyIn(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let known = try Self.keyPaths(Sample.text)
        let sample = Array(Sample.text.utf8)
        let alphabet = Array("abz019:-{}[]\"'#&*!|>%@,? \n\t$._\\".utf8) + [0, 0xFF]
        for _ in 0..<100 {
            var bytes = sample
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let letter = alphabet.randomElement(using: &random)!
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = letter
            case 1: bytes.insert(letter, at: index)
            default: bytes.remove(at: index)
            }
            guard load(bytes: bytes).config != nil else { continue }
            let unknown = try Self.keyPaths(String(decoding: bytes, as: UTF8.self)).subtracting(
                known
            )
            #expect(unknown.isEmpty, "seed \(seed): \(unknown)")
        }
    }

    @Test(arguments: 0..<4) func randomBytesNeverCrash(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = Sample.text.split(separator: "\n").map { Array($0.utf8) + [10] }
        for _ in 0..<50 {
            var bytes = (0..<20).flatMap { _ in pieces.randomElement(using: &random)! }
            for _ in 0..<5 {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(
                    in: 0...255,
                    using: &random
                )
            }
            #expect(load(bytes: bytes).config == nil, "seed \(seed)")
        }
    }

    private static func places() throws -> [Place] {
        let file = try YAMLFile(name: "sluice.yaml", bytes: Array(Sample.text.utf8))
        return places(in: file.root, path: [])
    }

    private static func places(in node: YAMLNode, path: [String]) -> [Place] {
        node.entries.flatMap { entry -> [Place] in
            let isNamed = path.last.map(namedMappings.contains) ?? false
            let inner = path + [entry.key]
            guard entry.key != "settings" else { return [] }
            let place = Place(
                path: inner.joined(separator: "."),
                isNamed: isNamed,
                isFree: freeText.contains(entry.key),
                key: entry.keySpan,
                value: entry.value
            )
            return [place] + places(in: entry.value, path: inner)
        } + node.elements.flatMap { places(in: $0, path: path + ["[]"]) }
    }

    /// Every chain of keys in a file, names replaced by `*`, settings left out.
    private static func keyPaths(_ text: String) throws -> Set<String> {
        let file = try YAMLFile(name: "sluice.yaml", bytes: Array(text.utf8))
        return Set(
            places(in: file.root, path: []).map { place in
                var names: [Substring] = []
                for name in place.path.split(separator: ".") {
                    let isName = names.last.map { namedMappings.contains(String($0)) } ?? false
                    names.append(isName ? "*" : name)
                }
                return names.joined(separator: ".")
            }
        )
    }
}

/// A key of the sample and its value.
struct Place {
    let path: String
    let isNamed: Bool
    let isFree: Bool
    let key: SourceSpan
    let value: YAMLNode

    var scalar: SourceSpan? { if case .scalar = value.content { value.span } else { nil } }
}

/// One way to break the sample; nil where it would break nothing.
enum Corruption: CaseIterable {
    case misspelledKey, removedColon, listForScalar, garbageAfterValue, emptyValue, repeatedLine

    func apply(to place: Place, using random: inout SplitMix64) -> String? {
        switch self {
        case .misspelledKey: misspelled(place, &random)
        case .removedColon: edit(place.key, offset: place.key.length, length: 1) { _ in "" }
        case .listForScalar: place.scalar.map { edit($0) { "[{\($0): 1}]" } }
        case .garbageAfterValue:
            place.isFree ? nil : place.scalar.map { edit($0) { unquoted($0) + "x" } }
        case .emptyValue: place.scalar.map { edit($0) { _ in "''" } }
        case .repeatedLine: repeated(place)
        }
    }

    private func misspelled(_ place: Place, _ random: inout SplitMix64) -> String? {
        guard !place.isNamed else { return nil }
        let index = Int.random(in: 0..<place.key.length, using: &random)
        return edit(place.key) { key in
            var letters = Array(key)
            letters[index] = letters[index] == "x" ? "y" : "x"
            return String(letters)
        }
    }

    private func repeated(_ place: Place) -> String? {
        var lines = Sample.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard place.scalar != nil, place.value.span.line == place.key.line else { return nil }
        lines.insert(lines[place.key.line - 1], at: place.key.line - 1)
        return lines.joined(separator: "\n")
    }

    private func unquoted(_ text: String) -> String { text.filter { $0 != "\"" } }

    private func edit(
        _ span: SourceSpan,
        offset: Int = 0,
        length: Int? = nil,
        _ change: (String) -> String
    ) -> String {
        var lines = Sample.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(Array.init)
        let start = span.column - 1 + offset
        let range = start..<(start + (length ?? span.length))
        let replacement = change(String(lines[span.line - 1][range]))
        lines[span.line - 1].replaceSubrange(range, with: Array(replacement))
        return lines.map { String($0) }.joined(separator: "\n")
    }
}
