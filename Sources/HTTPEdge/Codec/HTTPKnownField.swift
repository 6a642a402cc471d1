// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// The request fields somebody in the gateway reads, found while parsing.
package enum HTTPKnownField: Int, CaseIterable, Sendable {
    /// `Host`
    case host
    /// `Accept`
    case accept
    /// `Expect`
    case expect
    /// `Origin`
    case origin
    /// `Connection`
    case connection
    /// `Content-Type`
    case contentType
    /// `grpc-timeout`
    case grpcTimeout
    /// `Authorization`
    case authorization
    /// `Content-Length`
    case contentLength
    /// `Content-Encoding`
    case contentEncoding
    /// `Transfer-Encoding`
    case transferEncoding
    /// `x-request-budget-ms`
    case requestBudget
    /// `Sluice-Force-Version`
    case forceVersion
    /// `Access-Control-Request-Method`
    case requestMethod
    /// `Access-Control-Request-Headers`
    case requestHeaders
    /// `x-envoy-expected-rq-timeout-ms`
    case envoyTimeout

    /// The lower-case name.
    package var name: StaticString {
        switch self {
        case .host: "host"
        case .accept: "accept"
        case .expect: "expect"
        case .origin: "origin"
        case .connection: "connection"
        case .contentType: "content-type"
        case .grpcTimeout: "grpc-timeout"
        case .authorization: "authorization"
        case .contentLength: "content-length"
        case .contentEncoding: "content-encoding"
        case .transferEncoding: "transfer-encoding"
        case .requestBudget: "x-request-budget-ms"
        case .forceVersion: "sluice-force-version"
        case .requestMethod: "access-control-request-method"
        case .requestHeaders: "access-control-request-headers"
        case .envoyTimeout: "x-envoy-expected-rq-timeout-ms"
        }
    }

    /// Whether the field is a list, so that it may stand on several lines.
    var isList: Bool {
        switch self {
        case .accept, .expect, .connection, .contentEncoding, .requestHeaders: true
        default: false
        }
    }

    /// The field with this name in any case; `name` is a token.
    static func named(_ name: UnsafeRawBufferPointer) -> HTTPKnownField? {
        switch name.count {
        case 4: host.ifNamed(name)
        case 6: accept.ifNamed(name) ?? expect.ifNamed(name) ?? origin.ifNamed(name)
        case 10: connection.ifNamed(name)
        case 12: contentType.ifNamed(name) ?? grpcTimeout.ifNamed(name)
        case 13: authorization.ifNamed(name)
        case 14: contentLength.ifNamed(name)
        case 16: contentEncoding.ifNamed(name)
        case 17: transferEncoding.ifNamed(name)
        case 19: requestBudget.ifNamed(name)
        case 20: forceVersion.ifNamed(name)
        case 29: requestMethod.ifNamed(name)
        case 30: requestHeaders.ifNamed(name) ?? envoyTimeout.ifNamed(name)
        default: nil
        }
    }

    @inline(__always)
    private func ifNamed(_ name: UnsafeRawBufferPointer) -> HTTPKnownField? {
        FieldText.isEqualIgnoringCase(name, self.name) ? self : nil
    }
}
