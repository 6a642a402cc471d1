// SPDX-License-Identifier: Apache-2.0

/// Requests that must be accepted, each with the body it carries.
enum HTTPAcceptances {
    typealias Case = (request: String, body: String)

    static let all: [Case] = targets + fields + bodies

    static let targets: [Case] = [
        line("GET / HTTP/1.1"),
        line("\r\nGET / HTTP/1.1"),
        line("GET /v1/recommendations?shop=demo&limit=10&intent=related HTTP/1.1"),
        line("GET /a-b_c.~!$&'()*+,;=:@/%2F%00 HTTP/1.1"),
        line("GET //a//b/../c HTTP/1.1"),
        line("GET /? HTTP/1.1"),
        line("GET /?a=?/&ids[]={1}|2^`\\ HTTP/1.1"),
        line("GET http://demo HTTP/1.1"),
        line("GET http://demo:8080/a?b HTTP/1.1"),
        line("GET HTTPS://[::1]:8080?b HTTP/1.1"),
        line("OPTIONS * HTTP/1.1"),
        line("OPTIONS /a HTTP/1.1"),
        line("HEAD / HTTP/1.0"),
        line("get / HTTP/1.1"),
        line("DELETE / HTTP/1.1"),
        line("M-SEARCH!#$%&'*+.^_`|~ / HTTP/1.1"),
        ("GET / HTTP/1.0\r\n\r\n", ""),
        line("GET /" + String(repeating: "a", count: (8 << 10) - 16) + " HTTP/1.1"),
    ]

    static let fields: [Case] = [
        field("Host:demo"), field("Host:\t demo:8080 \t"), field("HOST: [2001:db8::1]"),
        field("Host: demo:"), field("Host: 127.0.0.1:1"),
        field("Host: demo\r\nA:"), field("Host: demo\r\nA: \t "),
        field("Host: demo\r\nA: b\tc \u{e9} \"d\""), field("A: b\r\nHost: demo\r\nA: c"),
        field("Host: demo\r\nAccept: a/b\r\nAccept: c/d"),
        field("Host: demo\r\nConnection: close"), field("Host: demo\r\nExpect: 100-Continue"),
        field("Host: demo\r\nConnection: keep-alive, TE"),
        field("Host: demo\r\n" + (0..<63).map { "A\($0): b" }.joined(separator: "\r\n")),
        field("Host: demo\r\nA: " + String(repeating: "a", count: (16 << 10) - 19)),
    ]

    static let bodies: [Case] = [
        body("Content-Length: 0", "", ""),
        body("Content-Length: 5", "a\r\nb\n", "a\r\nb\n"),
        body("content-LENGTH: 0005 ", "hello", "hello"),
        chunked("0\r\n\r\n", ""),
        chunked("5\r\nhello\r\n0\r\n\r\n", "hello"),
        chunked("5\r\nhello\r\n006\r\n world\r\n000\r\n\r\n", "hello world"),
        chunked("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"),
        chunked("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        chunked("1;a\r\nx\r\n1;a=b;c=\"d;\\\"e\"\r\ny\r\n0;z\r\n\r\n", "xy"),
        chunked("1\r\nx\r\n0\r\nA: b\r\nContent-Length:3\r\n\r\n", "x"),
        body("Transfer-Encoding:\tCHUNKED", "1\r\nx\r\n0\r\n\r\n", "x"),
    ]

    private static func line(_ line: String) -> Case { (line + "\r\nHost: demo\r\n\r\n", "") }

    private static func field(_ fields: String) -> Case {
        ("GET / HTTP/1.1\r\n" + fields + "\r\n\r\n", "")
    }

    private static func body(_ field: String, _ sent: String, _ body: String) -> Case {
        ("POST / HTTP/1.1\r\nHost: demo\r\n" + field + "\r\n\r\n" + sent, body)
    }

    private static func chunked(_ sent: String, _ decoded: String) -> Case {
        body("Transfer-Encoding: chunked", sent, decoded)
    }
}
