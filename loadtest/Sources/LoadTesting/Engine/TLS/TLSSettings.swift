// SPDX-License-Identifier: Apache-2.0
import COpenSSLTLS
import Glibc

/// How a server's certificate is checked; makes the TLS sessions of a loop.
///
/// Concurrency: confined to its loop's thread.
final class TLSSettings {
    private let context: OpaquePointer
    private let serverName: String
    private let isAddress: Bool

    /// - Throws: `LoadTestError` when the file holds no certificates.
    init(_ trust: TLSTrust, serverName: String) throws {
        guard let context = SSL_CTX_new(TLS_client_method()), tls_set_minimum_version(context) == 1
        else { throw LoadTestError.badCertificates("OpenSSL", TLSError.text) }
        self.context = context
        self.serverName = serverName
        isAddress = Self.isAddress(serverName)
        tls_set_modes(context)
        switch trust {
        case .anyone: break
        case .system: SSL_CTX_set_default_verify_paths(context)
        case .file(let path):
            guard SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
                throw LoadTestError.badCertificates(path, TLSError.text)
            }
        }
        SSL_CTX_set_verify(context, trust == .anyone ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
    }

    deinit { SSL_CTX_free(context) }

    /// A session over a connected socket; nil when OpenSSL has no memory.
    func session(over descriptor: Int32) -> TLSSession? {
        guard let session = SSL_new(context), SSL_set_fd(session, descriptor) == 1 else {
            return nil
        }
        if isAddress {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), serverName)
        } else {
            SSL_set1_host(session, serverName)
            _ = tls_set_server_name(session, serverName)
        }
        return TLSSession(session)
    }

    private static func isAddress(_ name: String) -> Bool {
        var bytes = in6_addr()
        return inet_pton(AF_INET, name, &bytes) == 1 || inet_pton(AF_INET6, name, &bytes) == 1
    }
}

/// Whose certificates are good.
package enum TLSTrust: Hashable, Sendable {
    /// Those of the system's authorities.
    case system
    /// Those of the authorities in a PEM file; a path.
    case file(String)
    /// Anyone's: the server is not checked.
    case anyone
}

/// OpenSSL's account of what went wrong last.
enum TLSError {
    static var text: String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard let reason = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: reason)
    }
}
