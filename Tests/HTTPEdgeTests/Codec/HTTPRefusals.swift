// SPDX-License-Identifier: Apache-2.0

@testable import HTTPEdge

/// Requests that must be refused, each with its error.
enum HTTPRefusals {
    typealias Case = (request: String, error: HTTPProtocolError)

    static let all = requestLines + fields + hosts + lengths + codings + chunks

    static let requestLines: [Case] = [
        line("\r\n\r\nGET / HTTP/1.1", .malformedRequestLine),
        line("\r\rGET / HTTP/1.1", .malformedRequestLine),
        line("\nGET / HTTP/1.1", .malformedRequestLine),
        line(" GET / HTTP/1.1", .malformedRequestLine),
        line("\u{16}\u{03}\u{01}", .malformedRequestLine),
        line("GET\t/ HTTP/1.1", .malformedRequestLine),
        line("GE(T / HTTP/1.1", .malformedRequestLine),
        line("GET", .malformedRequestLine),
        line("GET /", .malformedRequestLine),
        line("GET  / HTTP/1.1", .malformedRequestLine),
        line("GET /  HTTP/1.1", .malformedVersion),
        line("GET / HTTP/1.1 ", .malformedVersion),
        line("GET / a HTTP/1.1", .malformedVersion),
        line("GET / ", .malformedVersion),
        line("GET / http/1.1", .malformedVersion),
        line("GET / HTTP/1", .malformedVersion),
        line("GET / HTTP/1.10", .malformedVersion),
        line("GET / HTTP/11", .malformedVersion),
        line("GET / HTTP/1,1", .malformedVersion),
        line("GET / HTTPS/1.1", .malformedVersion),
        line("GET / HTTP/ 1.1", .malformedVersion),
        line("GET / HTTP/1.2", .unsupportedVersion),
        line("GET / HTTP/2.0", .unsupportedVersion),
        line("GET / HTTP/0.9", .unsupportedVersion),
        line("PRI * HTTP/2.0", .unsupportedVersion),
        line("GET * HTTP/1.1", .malformedTarget),
        line("OPTIONS ** HTTP/1.1", .malformedTarget),
        line("GET a HTTP/1.1", .malformedTarget),
        line("CONNECT demo:443 HTTP/1.1", .malformedTarget),
        line("GET /a#b HTTP/1.1", .malformedTarget),
        line("GET /a\u{0}b HTTP/1.1", .malformedTarget),
        line("GET /a\tb HTTP/1.1", .malformedTarget),
        line("GET /a\u{7F} HTTP/1.1", .malformedTarget),
        line("GET /a\rb HTTP/1.1", .malformedTarget),
        line("GET /é HTTP/1.1", .malformedTarget),
        line("GET /a\"b HTTP/1.1", .malformedTarget),
        line("GET /a\\b HTTP/1.1", .malformedTarget),
        line("GET /%zz HTTP/1.1", .malformedTarget),
        line("GET /%2 HTTP/1.1", .malformedTarget),
        line("GET /?a=%g0 HTTP/1.1", .malformedTarget),
        line("GET /?a#b HTTP/1.1", .malformedTarget),
        line("GET /?a=<b> HTTP/1.1", .malformedTarget),
        line("GET http:// HTTP/1.1", .malformedTarget),
        line("GET http:///a HTTP/1.1", .malformedTarget),
        line("GET http://me@demo/ HTTP/1.1", .malformedTarget),
        line("GET http://demo:port/ HTTP/1.1", .malformedTarget),
        line("GET http://[::1/ HTTP/1.1", .malformedTarget),
        line("GET http://demo\\@x/ HTTP/1.1", .malformedTarget),
        line("GET ftp://demo/ HTTP/1.1", .malformedTarget),
        ("GET / HTTP/1.1\nHost: demo\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\r\nHost: demo\r\n\r\n", .malformedVersion),
        line("GET /" + String(repeating: "a", count: 8 << 10) + " HTTP/1.1", .requestLineTooLong),
    ]

    static let fields: [Case] = [
        field("A: b\nC: d", .bareLineFeed),
        field("A: b\rC: d", .malformedFieldValue),
        field("A: b\r", .malformedFieldValue),
        field("A: \u{0}", .malformedFieldValue),
        field("A: b\u{1}c", .malformedFieldValue),
        field("A: 01234567\u{B}89", .malformedFieldValue),
        field("A: b\u{7F}", .malformedFieldValue),
        field("A: b\r\n c", .foldedField),
        field("A: b\r\n\tc", .foldedField),
        field(" A: b", .foldedField),
        field("A : b", .spaceBeforeColon),
        field("A\t: b", .spaceBeforeColon),
        field("A b: c", .spaceBeforeColon),
        field(": b", .malformedFieldName),
        field("A", .malformedFieldName),
        field("A(b): c", .malformedFieldName),
        field("é: c", .malformedFieldName),
        field("A\u{0}: c", .malformedFieldName),
        field("A\"b: c", .malformedFieldName),
        field("\u{FEFF}A: b", .malformedFieldName),
        field("Content-Type: a/b\r\nContent-Type: a/b", .repeatedField),
        field("Origin: null\r\norigin: null", .repeatedField),
        field("X-Request-Budget-Ms: 5\r\nx-request-budget-ms: 6", .repeatedField),
        field("Expect: 200-ok", .unsupportedExpectation),
        field("Expect:", .unsupportedExpectation),
        field("Expect: 100-continue, x", .unsupportedExpectation),
        field("A: " + String(repeating: "a", count: 16 << 10), .fieldsTooLarge),
        field(
            (0..<64).map { "A\($0): b" }.joined(separator: "\r\n"),
            .tooManyFields
        ),
        ("GET / HTTP/1.1\r\nHost: demo\r\n\n", .bareLineFeed),
    ]

    static let hosts: [Case] = [
        ("GET / HTTP/1.1\r\n\r\n", .missingHost),
        ("GET http://demo/ HTTP/1.1\r\n\r\n", .missingHost),
        field("Host: demo", .repeatedField),
        field("host: other", .repeatedField),
        host("", .malformedHost),
        host("a b", .malformedHost),
        host("a,b", .malformedHost),
        host("a/b", .malformedHost),
        host("a@b", .malformedHost),
        host("a#b", .malformedHost),
        host("a\\b", .malformedHost),
        host(":80", .malformedHost),
        host("a:8a", .malformedHost),
        host("a:123456", .malformedHost),
        host("a:80:80", .malformedHost),
        host("[::1", .malformedHost),
        host("[]", .malformedHost),
        host("[::1]a", .malformedHost),
        host("[::g]", .malformedHost),
        host("é", .malformedHost),
        host("a%00", .malformedHost),
    ]

    static let lengths: [Case] = [
        field("Content-Length: 3\r\nContent-Length: 3", .repeatedField),
        field("Content-Length: 3\r\ncontent-length: 4", .repeatedField),
        field("Content-Length: 3, 3", .malformedContentLength),
        field("Content-Length: 3,", .malformedContentLength),
        field("Content-Length: +3", .malformedContentLength),
        field("Content-Length: -3", .malformedContentLength),
        field("Content-Length: 3 3", .malformedContentLength),
        field("Content-Length: 0x3", .malformedContentLength),
        field("Content-Length: 3.0", .malformedContentLength),
        field("Content-Length: 1e2", .malformedContentLength),
        field("Content-Length:", .malformedContentLength),
        field("Content-Length: \"3\"", .malformedContentLength),
        field("Content-Length: ٣", .malformedContentLength),
        field("Content-Length: 9223372036854775808", .malformedContentLength),
        field("Content-Length: 18446744073709551619", .malformedContentLength),
        field("Content-Length: 9223372036854775807", .bodyTooLarge),
        field("Content-Length: 1048577", .bodyTooLarge),
        field("Content-Length: 3\r\nTransfer-Encoding: chunked", .lengthWithTransferEncoding),
        field("Transfer-Encoding: chunked\r\nContent-Length: 3", .lengthWithTransferEncoding),
    ]

    static let codings: [Case] = [
        field("Transfer-Encoding: xchunked", .unsupportedTransferCoding),
        field("Transfer-Encoding: chunkedx", .unsupportedTransferCoding),
        field("Transfer-Encoding: identity", .unsupportedTransferCoding),
        field("Transfer-Encoding: gzip", .unsupportedTransferCoding),
        field("Transfer-Encoding: gzip, chunked", .unsupportedTransferCoding),
        field("Transfer-Encoding: chunked, identity", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked, chunked", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked, gzip", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked,", .malformedTransferEncoding),
        field("Transfer-Encoding: ,chunked", .malformedTransferEncoding),
        field("Transfer-Encoding:", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked ", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked\t", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked;a=b", .malformedTransferEncoding),
        field("Transfer-Encoding: \"chunked\"", .malformedTransferEncoding),
        field("Transfer-Encoding: chunked foo", .malformedTransferEncoding),
        field("Transfer-Encoding: \u{B}chunked", .malformedFieldValue),
        field("Transfer-Encoding: \u{0}chunked", .malformedFieldValue),
        field("Transfer-Encoding : chunked", .spaceBeforeColon),
        field("Transfer-Encoding\r\n : chunked", .malformedFieldName),
        field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .repeatedField),
        field("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", .repeatedField),
        (
            "POST / HTTP/1.0\r\nHost: demo\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncodingInOldVersion
        ),
    ]

    static let chunks: [Case] = [
        chunked("\r\n", .malformedChunkLine),
        chunked("g\r\n", .malformedChunkLine),
        chunked("-1\r\n", .malformedChunkLine),
        chunked("+1\r\na\r\n", .malformedChunkLine),
        chunked("0x1\r\na\r\n", .malformedChunkLine),
        chunked(" 1\r\na\r\n", .malformedChunkLine),
        chunked("1 \r\na\r\n", .malformedChunkLine),
        chunked("1\na\r\n", .malformedChunkLine),
        chunked("1\ra\r\n", .malformedChunkLine),
        chunked("1\r\r\n", .malformedChunkLine),
        chunked("1;\r\na\r\n", .malformedChunkLine),
        chunked("1 ;a\r\na\r\n", .malformedChunkLine),
        chunked("1; a\r\na\r\n", .malformedChunkLine),
        chunked("1;a=\r\na\r\n", .malformedChunkLine),
        chunked("1;a=b=c\r\na\r\n", .malformedChunkLine),
        chunked("1;a\nb\r\na\r\n", .malformedChunkLine),
        chunked("1;a=\"\n\"\r\na\r\n", .malformedChunkLine),
        chunked("1;a=\"b\"c\r\na\r\n", .malformedChunkLine),
        chunked("1;a=\"b\r\na\r\n", .malformedChunkLine),
        chunked("1;" + String(repeating: "a", count: 256) + "\r\na\r\n", .malformedChunkLine),
        chunked(String(repeating: "0", count: 257) + "\r\n\r\n", .malformedChunkLine),
        chunked("10000000000000000\r\n", .malformedChunkLine),
        chunked("fffffffffffffffff\r\n", .malformedChunkLine),
        chunked("7fffffffffffffff\r\n", .bodyTooLarge),
        chunked("100001\r\n", .bodyTooLarge),
        chunked("1\r\nab\r\n", .malformedChunkEnd),
        chunked("1\r\na\n", .malformedChunkEnd),
        chunked("1\r\na\rb", .malformedChunkEnd),
        chunked("0\r\n a: b\r\n\r\n", .foldedField),
        chunked("0\r\na : b\r\n\r\n", .spaceBeforeColon),
        chunked("0\r\n: b\r\n\r\n", .malformedFieldName),
        chunked("0\r\na\r\n\r\n", .malformedFieldName),
        chunked("0\r\na: b\n\r\n", .malformedFieldValue),
        chunked("0\r\na: b\rc\r\n", .malformedFieldValue),
        chunked("0\r\na: \u{0}\r\n\r\n", .malformedFieldValue),
        chunked("0\r\n\n", .malformedFieldName),
        chunked(
            "0\r\na: " + String(repeating: "b", count: 4 << 10) + "\r\n\r\n",
            .trailersTooLarge
        ),
    ]

    private static func line(_ line: String, _ error: HTTPProtocolError) -> Case {
        (line + "\r\nHost: demo\r\n\r\n", error)
    }

    private static func field(_ field: String, _ error: HTTPProtocolError) -> Case {
        ("POST / HTTP/1.1\r\nHost: demo\r\n" + field + "\r\n\r\n", error)
    }

    private static func host(_ host: String, _ error: HTTPProtocolError) -> Case {
        ("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", error)
    }

    private static func chunked(_ body: String, _ error: HTTPProtocolError) -> Case {
        ("POST / HTTP/1.1\r\nHost: demo\r\nTransfer-Encoding: chunked\r\n\r\n" + body, error)
    }
}
