// SPDX-License-Identifier: Apache-2.0

/// A request as the edge hands it in, without sockets.
///
/// Lifetime: every buffer is borrowed from the connection and valid until `handle` returns.
package struct GatewayRequest {
    /// The methods the data plane knows.
    package enum Method: Sendable {
        case get, head, post, options, other
    }

    /// The method; a HEAD is answered as a GET whose body the edge leaves out.
    package var method: Method = .get
    /// The path, undecoded, without the query.
    package var path = UnsafeRawBufferPointer(start: nil, count: 0)
    /// What follows the question mark; empty when there is none.
    package var query = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The whole body, decoded from chunks; nil when the request announced none.
    package var body: UnsafeRawBufferPointer?
    /// Header values the gateway acts on; nil when absent.
    package var headers = Headers()
    /// Whether admission waits for the body to name the unit.
    package var needsUnit = false
    /// When the first byte of the request arrived, in monotonic nanoseconds.
    package var arrivalNanoseconds: UInt64 = 0

    /// Makes an empty GET request.
    package init() {}

    /// The header values the gateway acts on.
    package struct Headers {
        /// `Content-Type`.
        package var contentType: UnsafeRawBufferPointer?
        /// `Content-Encoding`.
        package var contentEncoding: UnsafeRawBufferPointer?
        /// `Accept`.
        package var accept: UnsafeRawBufferPointer?
        /// `Origin`: the page that asks.
        package var origin: UnsafeRawBufferPointer?
        /// `Access-Control-Request-Method`: present in a preflight.
        package var requestedMethod: UnsafeRawBufferPointer?
        /// `x-request-budget-ms`.
        package var requestBudget: UnsafeRawBufferPointer?
        /// `grpc-timeout`.
        package var grpcTimeout: UnsafeRawBufferPointer?
        /// `x-envoy-expected-rq-timeout-ms`.
        package var envoyTimeout: UnsafeRawBufferPointer?

        /// `Sluice-Force-Version`.
        package var forcedVersion: UnsafeRawBufferPointer?

        /// Makes headers of which none is present.
        package init() {}
    }
}
