// SPDX-License-Identifier: Apache-2.0
import GatewayCore

extension GatewayRequest {
    /// The request as the core sees it.
    ///
    /// Lifetime: that of `bytes` and `body`.
    init(
        _ head: HTTPRequestHead,
        in bytes: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer?,
        arrivalNanoseconds: UInt64
    ) {
        self.init()
        method = Method(head.method)
        path = bytes[head.path]
        if let query = head.query { self.query = bytes[query] }
        self.body = body
        self.arrivalNanoseconds = arrivalNanoseconds
        headers.contentType = head.value(of: .contentType).map { bytes[$0] }
        headers.contentEncoding = head.value(of: .contentEncoding).map { bytes[$0] }
        headers.accept = head.value(of: .accept).map { bytes[$0] }
        headers.origin = head.value(of: .origin).map { bytes[$0] }
        headers.requestedMethod = head.value(of: .requestMethod).map { bytes[$0] }
        headers.requestBudget = head.value(of: .requestBudget).map { bytes[$0] }
        headers.grpcTimeout = head.value(of: .grpcTimeout).map { bytes[$0] }
        headers.forcedVersion = head.value(of: .forceVersion).map { bytes[$0] }
        headers.envoyTimeout = head.value(of: .envoyTimeout).map { bytes[$0] }
    }
}

extension GatewayRequest.Method {
    fileprivate init(_ method: HTTPMethod) {
        switch method {
        case .get: self = .get
        case .head: self = .head
        case .post: self = .post
        case .options: self = .options
        case .other: self = .other
        }
    }
}
