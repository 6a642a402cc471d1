// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayCore
import Hummingbird

/// What the control port answers.
///
/// Nothing here changes the gateway.
struct ControlRoutes {
    let gateway: any GatewayObserving
    /// Names the port goes by, besides addresses and `localhost`.
    let allowedHosts: [String]

    func router() -> Router<BasicRequestContext> {
        let pages: [(path: String, answer: @Sendable (Request) async throws -> Response)] = [
            ("/", statusPage), ("/status.css", style), ("/livez", live), ("/readyz", ready),
            ("/metrics", metrics), ("/api/status", status),
        ]
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: HostCheck(names: allowedHosts))
        router.add(middleware: ProblemMiddleware(readablePaths: Set(pages.map(\.path))))
        for page in pages {
            router.get(RouterPath(page.path)) { request, _ in try await page.answer(request) }
        }
        return router
    }

    private func live(_: Request) async -> Response {
        let gateway = gateway
        return await LiveProbe.ask { await gateway.isLive() }
            ? reply("live\n", .plainText) : reply("not live\n", .plainText, .serviceUnavailable)
    }

    private func ready(_ request: Request) -> Response {
        let readiness = gateway.readiness()
        let verbose = request.uri.queryParameters["verbose"] != nil
        let lines =
            [readiness.ready ? "ready" : "not ready"]
            + (verbose ? readiness.reasons + readiness.notes : [])
        return reply(
            lines.joined(separator: "\n") + "\n",
            .plainText,
            readiness.ready ? .ok : .serviceUnavailable
        )
    }

    private func metrics(_: Request) -> Response {
        reply(PrometheusText.render(gateway.metricFamilies()), PrometheusText.contentType)
    }

    private func status(_: Request) throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(gateway.status())
        return reply(String(decoding: body, as: UTF8.self), "application/json")
    }

    private func statusPage(_: Request) -> Response {
        let page = StatusPage(status: gateway.status(), readiness: gateway.readiness())
        var response = reply(page.html.text, "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = StatusPage.contentSecurityPolicy
        return response
    }

    private func style(_: Request) -> Response {
        reply(StatusPage.style, "text/css; charset=utf-8")
    }

    private func reply(
        _ text: String,
        _ contentType: String,
        _ status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: contentType, .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

extension String {
    fileprivate static let plainText = "text/plain; charset=utf-8"
}
