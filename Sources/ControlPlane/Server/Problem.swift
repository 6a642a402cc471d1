// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird
import Logging

/// An error reply as `application/problem+json`.
///
/// Source: RFC 9457.
struct Problem: Encodable {
    let title: String
    let status: Int
    let detail: String

    init(_ status: HTTPResponse.Status, detail: String) {
        self.title = status.reasonPhrase
        self.status = status.code
        self.detail = detail
    }

    func response(allow: String? = nil) throws -> Response {
        let body = try JSONEncoder().encode(self)
        var response = Response(
            status: .init(code: status, reasonPhrase: title),
            headers: [.contentType: "application/problem+json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
        response.headers[.allow] = allow
        return response
    }
}

/// Turns what no route answers into a problem: 405 where another method would do, else 404.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    /// Paths that answer GET and HEAD.
    let readablePaths: Set<String>

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return try problem(for: request)
        } catch {
            context.logger.error("control request failed", metadata: ["error": "\(error)"])
            return try Problem(.internalServerError, detail: "the reason is in the log").response()
        }
    }

    private func problem(for request: Request) throws -> Response {
        let path = request.uri.path
        guard readablePaths.contains(path) else {
            return try Problem(.notFound, detail: "there is no \(path) on the control port")
                .response()
        }
        return try Problem(.methodNotAllowed, detail: "\(path) answers GET and HEAD")
            .response(allow: "GET, HEAD")
    }
}
