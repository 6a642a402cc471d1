// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Hummingbird

/// Refuses requests for a name this port does not go by.
///
/// A web page whose name its owner lets point here (DNS rebinding) would otherwise talk to the control
/// port through the browser of whoever visits it. It has to use its name; addresses and `localhost`
/// are nobody else's, and what is no browser may leave Host away.
struct HostCheck<Context: RequestContext>: RouterMiddleware {
    /// Names besides addresses and `localhost`, in lower case.
    let names: Set<String>

    init(names: [String]) {
        self.names = Set(names.map { $0.lowercased() })
    }

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let authority = request.head.authority, !isOurs(authority) else {
            return try await next(request, context)
        }
        return try Problem(
            .misdirectedRequest,
            detail:
                "the control port does not go by the name \(authority); see control.allowed_hosts"
        ).response()
    }

    /// Whether a Host field names this port.
    func isOurs(_ authority: String) -> Bool {
        if authority.hasPrefix("[") { return authority.contains("]") }
        var host = authority.lowercased()
        if let colon = host.lastIndex(of: ":") { host = String(host[..<colon]) }
        if host.hasSuffix(".") { host.removeLast() }
        return host == "localhost" || isAddress(host) || names.contains(host)
    }

    /// Four decimal numbers; no name ends like this, as no top-level domain is a number.
    private func isAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
