// SPDX-License-Identifier: Apache-2.0
import COpenSSL

/// SHA-256 over bytes that arrive in pieces.
package struct SHA256Stream: ~Copyable {
    private let context: OpaquePointer

    /// Starts a digest of nothing.
    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else { preconditionFailure("libcrypto offers no SHA-256") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Appends bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(status == 1, "libcrypto failed to digest")
    }

    /// Ends the stream and returns its digest.
    package consuming func finish() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: SHA256Digest.size)
        let status = EVP_DigestFinal_ex(context, &bytes, nil)
        precondition(status == 1, "libcrypto failed to digest")
        return SHA256Digest(bytes: bytes)
    }
}
