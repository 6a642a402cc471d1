// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// A request whose bytes stay where they are.
package final class RequestFixture: Sendable {
    /// A header the gateway acts on.
    package enum Header: Sendable {
        case contentType, accept, origin, requestBudget, grpcTimeout, envoyTimeout
        case forcedVersion
    }

    private let method: GatewayRequest.Method
    private let path: StableBytes
    private let query: StableBytes
    private let body: StableBytes?
    private let headers: [Header: StableBytes]

    /// A request with these texts.
    package init(
        _ method: GatewayRequest.Method,
        _ path: String,
        query: String = "",
        body: String? = nil,
        headers: [Header: String] = [:]
    ) {
        self.method = method
        self.path = StableBytes(path)
        self.query = StableBytes(query)
        self.body = body.map(StableBytes.init)
        self.headers = headers.mapValues(StableBytes.init)
    }

    /// A checkout's request.
    package static func prices(
        _ lines: [(product: String, quantity: Int)],
        customer: String = "C0",
        headers: [Header: String] = [:]
    ) -> RequestFixture {
        let list = lines.enumerated().map {
            "{\"id\":\"\($0.offset)\",\"variant_id\":\"\($0.element.product)\","
                + "\"quantity\":\($0.element.quantity)}"
        }
        return RequestFixture(
            .post,
            "/v1/prices",
            body: "{\"shop\":\"demo\",\"currency\":\"GBP\",\"customer_id\":\"\(customer)\","
                + "\"lines\":[\(list.joined(separator: ","))]}",
            headers: headers.merging([.contentType: "application/json"]) { given, _ in given }
        )
    }

    /// A widget's request by its query.
    package static func recommendations(_ query: String) -> RequestFixture {
        RequestFixture(.get, "/v1/recommendations", query: query)
    }

    /// Hands the request in, as the edge does.
    package func handle(by worker: GatewayWorker, arrival: UInt64) -> GatewayWorker.Disposition {
        var request = request(arrival)
        switch worker.admit(request) {
        case .admitted: break
        case .needsUnit: request.needsUnit = true
        case .shed: return worker.refuseShed(request)
        }
        return worker.handle(request)
    }

    /// What a worker does with the request's head.
    package func admission(by worker: GatewayWorker, arrival: UInt64) -> RequestAdmission {
        worker.admit(request(arrival))
    }

    /// Has a worker turn the request away.
    package func shed(by worker: GatewayWorker) -> GatewayWorker.Disposition {
        worker.refuseShed(request(0))
    }

    private func request(_ arrival: UInt64) -> GatewayRequest {
        var request = GatewayRequest()
        request.method = method
        request.path = path.bytes
        request.query = query.bytes
        request.body = body?.bytes
        request.headers.contentType = headers[.contentType]?.bytes
        request.headers.accept = headers[.accept]?.bytes
        request.headers.origin = headers[.origin]?.bytes
        request.headers.requestBudget = headers[.requestBudget]?.bytes
        request.headers.grpcTimeout = headers[.grpcTimeout]?.bytes
        request.headers.envoyTimeout = headers[.envoyTimeout]?.bytes
        request.headers.forcedVersion = headers[.forcedVersion]?.bytes
        request.arrivalNanoseconds = arrival
        return request
    }
}
