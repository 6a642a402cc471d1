// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

struct HMACSHA256Tests {
    /// Source: RFC 4231, test cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func publishedCodesAreValid(key: [UInt8], message: String, hex: String) throws {
        let code = HMACSHA256(key: key)
        var bytes = Self.bytes(hex)
        #expect(Self.isValid(bytes, code, message))
        #expect(!Self.isValid(bytes, code, message + "."))
        #expect(!Self.isValid(Array(bytes.dropLast()), code, message))
        #expect(!Self.isValid([], code, message))
        for index in bytes.indices {
            bytes[index] ^= 1
            #expect(!Self.isValid(bytes, code, message))
            bytes[index] ^= 1
        }
    }

    private static func isValid(_ bytes: [UInt8], _ code: HMACSHA256, _ message: String) -> Bool {
        bytes.withUnsafeBytes { bytes in
            Array(message.utf8).withUnsafeBytes { code.isValid(bytes, for: $0) }
        }
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
        }
    }
}
