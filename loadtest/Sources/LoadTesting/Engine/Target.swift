// SPDX-License-Identifier: Apache-2.0

/// Whom the load goes to.
package struct Target: Hashable, Sendable, Encodable {
    /// Host name or address, without brackets.
    package let host: String
    /// Whether the URL says `https`.
    package let isSecure: Bool
    /// TCP port.
    package let port: Int
    /// What the URL says after the port; `/` when it says nothing.
    package let path: String

    /// A target without a path.
    package init(host: String, port: Int, isSecure: Bool = false) {
        self.host = host
        self.isSecure = isSecure
        self.port = port
        path = "/"
    }

    /// Reads `http://host[:port][/path]`, or the same with `https`; nil for anything else.
    package init?(url: String) {
        isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(isSecure ? "https://".count : "http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest.dropFirst(authority.count)
        guard let (host, port) = Self.split(authority, isSecure), !host.isEmpty,
            (path + host).utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.host = host
        self.port = port
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// Whether the load stays on this machine.
    package var isLoopback: Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        let isAddress = octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || (isAddress && octets[0] == "127")
    }

    /// The URL without its path.
    package var origin: String { (isSecure ? "https://" : "http://") + authority }

    /// The value of the `Host` field.
    package var authority: String {
        (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }

    private static func split(
        _ authority: Substring,
        _ isSecure: Bool
    ) -> (host: String, port: Int)? {
        guard authority.hasPrefix("[") else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let port = port(parts.count == 2 ? parts[1] : nil, isSecure)
            else {
                return nil
            }
            return (String(parts[0]), port)
        }
        guard let end = authority.firstIndex(of: "]") else { return nil }
        let rest = authority[authority.index(after: end)...]
        guard rest.isEmpty || rest.hasPrefix(":"),
            let port = port(rest.isEmpty ? nil : rest.dropFirst(), isSecure)
        else { return nil }
        return (String(authority[authority.index(after: authority.startIndex)..<end]), port)
    }

    private static func port(_ text: Substring?, _ isSecure: Bool) -> Int? {
        guard let text else { return isSecure ? 443 : 80 }
        return UInt16(text).flatMap { $0 > 0 ? Int($0) : nil }
    }
}
