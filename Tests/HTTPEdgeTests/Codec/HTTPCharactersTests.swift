// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPEdge

struct HTTPCharactersTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let alphanumerics = letters + "0123456789"

    @Test func setsHoldTheirCharacters() {
        expect(.token, alphanumerics: "!#$%&'*+-.^_`|~")
        expect(.path, alphanumerics: "-._~!$&'()*+,;=:@/%")
        expect(.query, alphanumerics: "-._~!$&'()*+,;=:@/%?[]{}|\\^`")
        expect(.host, alphanumerics: "-._~")
        expect(.addressLiteral, Set("0123456789abcdefABCDEF:.".utf8))
    }

    private func expect(_ set: CharacterSet128, alphanumerics extra: String) {
        expect(set, Set((Self.alphanumerics + extra).utf8))
    }

    private func expect(_ set: CharacterSet128, _ characters: Set<UInt8>) {
        for byte in UInt8.min...UInt8.max {
            #expect(set.contains(byte) == characters.contains(byte), "byte \(byte)")
        }
    }

    @Test func fieldTextHasNoControlCharacters() {
        for byte in UInt8.min...UInt8.max {
            let allowed = byte == 9 || byte >= 32 && byte != 127
            #expect(FieldText.contains(byte) == allowed)
            for position in 0..<19 {
                var text = [UInt8](repeating: 0x61, count: 19)
                text[position] = byte
                #expect(text.withUnsafeBytes { FieldText.containsAll($0) } == allowed)
            }
        }
    }
}
