// SPDX-License-Identifier: Apache-2.0
import COpenSSL

/// HMAC with SHA-256 under one key.
///
/// Source: RFC 2104. libcrypto allocates some small blocks for each message and frees them.
package struct HMACSHA256: Sendable {
    /// Bytes of a code.
    package static let size = SHA256Digest.size

    private let key: [UInt8]

    /// Codes under that key.
    package init(key: [UInt8]) { self.key = key }

    /// Whether a message has that code of `size` bytes; takes as long for a wrong one as for the right
    /// one.
    package func isValid(
        _ code: UnsafeRawBufferPointer,
        for message: UnsafeRawBufferPointer
    ) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.size, alignment: 8) { computed in
            let bytes = message.bindMemory(to: UInt8.self)
            let found = key.withUnsafeBytes {
                HMAC(
                    EVP_sha256(),
                    $0.baseAddress,
                    Int32(key.count),
                    bytes.baseAddress,
                    bytes.count,
                    computed.bindMemory(to: UInt8.self).baseAddress,
                    nil
                )
            }
            precondition(found != nil, "libcrypto failed to authenticate")
            return code.count == Self.size
                && CRYPTO_memcmp(code.baseAddress, computed.baseAddress, Self.size) == 0
        }
    }
}
