// SPDX-License-Identifier: Apache-2.0
import COpenSSLTLS

/// TLS on one connection.
///
/// Concurrency: confined to its loop's thread.
final class TLSSession {
    private let session: OpaquePointer

    /// Takes over a session that has its descriptor.
    init(_ session: OpaquePointer) { self.session = session }

    deinit { SSL_free(session) }

    /// Whether bytes were decrypted that nobody has read yet.
    var hasPendingBytes: Bool { SSL_pending(session) > 0 }

    /// Goes on with the handshake; done when requests can be sent.
    func handshake() -> ClientSocket.Progress {
        ERR_clear_error()
        let status = SSL_connect(session)
        if status == 1 { return .done(0) }
        switch progress(of: status) {
        case .later(let readiness): return .later(readiness)
        default: return .failed(certificateFault ?? .tlsHandshake)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ClientSocket.Progress {
        ERR_clear_error()
        return progress(of: SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count)))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> ClientSocket.Progress {
        ERR_clear_error()
        return progress(of: SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)))
    }

    private func progress(of status: Int32) -> ClientSocket.Progress {
        if status > 0 { return .done(Int(status)) }
        switch SSL_get_error(session, status) {
        case SSL_ERROR_WANT_READ: return .later(.read)
        case SSL_ERROR_WANT_WRITE: return .later([.read, .write])
        default: return .ended
        }
    }

    /// What is wrong with the server's certificate; nil when nothing is.
    private var certificateFault: FailureCause? {
        switch Int32(truncatingIfNeeded: SSL_get_verify_result(session)) {
        case X509_V_OK: nil
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .certificateExpired
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .certificateName
        default: .certificateUntrusted
        }
    }
}
