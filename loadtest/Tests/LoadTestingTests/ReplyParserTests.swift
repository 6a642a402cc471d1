// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

struct ReplyParserTests {
    struct Case: Sendable {
        let reply: String
        let status: Int
        let body: String
        var closes = false
        var rung = ""
    }

    static let good = [
        Case(reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", status: 200, body: "{}"),
        Case(
            reply: "HTTP/1.1 200 OK\r\nSluice-Rung: \tbase_price \r\nSLUICE-VERSION: 2\r\n"
                + "content-length:0\r\n\r\n",
            status: 200,
            body: "",
            rung: "base_price"
        ),
        Case(
            reply: "HTTP/1.1 503 No\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx",
            status: 503,
            body: "x",
            closes: true
        ),
        Case(
            reply: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            status: 200,
            body: "",
            closes: true
        ),
        Case(reply: "HTTP/1.1 204 \r\n\r\n", status: 204, body: ""),
        Case(
            reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nT: t\r\n\r\n",
            status: 200,
            body: "3\r\nabc\r\n1;x=y\r\nd\r\n"
        ),
        Case(
            reply: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!",
            status: 200,
            body: "!"
        ),
    ]

    @Test(arguments: good)
    func readsAReplyHoweverItArrives(_ expected: Case) throws {
        let bytes = Array(expected.reply.utf8)
        var parser = ReplyParser()
        for count in 1..<bytes.count {
            let progress = try bytes[..<count].withUnsafeBytes { try parser.parse($0) }
            #expect(progress == .incomplete, "after \(count) bytes")
        }
        let progress = try bytes.withUnsafeBytes { try parser.parse($0) }
        guard case .complete(let byteCount, let body) = progress else {
            Issue.record("not complete")
            return
        }
        #expect(byteCount == bytes.count)
        #expect(String(decoding: bytes[body], as: UTF8.self) == expected.body)
        #expect(parser.head.status == expected.status)
        #expect(parser.head.closes == expected.closes)
        #expect(String(decoding: bytes[parser.head.rung], as: UTF8.self) == expected.rung)
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 999 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\nA: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd",
    ])
    func refusesWhatIsNoReply(_ text: String) {
        var parser = ReplyParser()
        let bytes = Array(text.utf8)
        #expect(throws: ReplyError.self) { try bytes.withUnsafeBytes { try parser.parse($0) } }
    }

    @Test func refusesAHeadWithoutEnd() {
        var parser = ReplyParser()
        let bytes = [UInt8](repeating: 0x41, count: ReplyParser.headBytesMaximum + 1)
        #expect(throws: ReplyError.tooLarge) { try bytes.withUnsafeBytes { try parser.parse($0) } }
    }

    @Test func readsUntilTheConnectionEnds() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\n\r\nall of it".utf8)
        var parser = ReplyParser()
        #expect(try bytes.withUnsafeBytes { try parser.parse($0) } == .incomplete)
        #expect(parser.parseEnd(byteCount: bytes.count) == .complete(byteCount: 28, body: 19..<28))
    }

    /// Damaged replies are read or refused, in pieces or whole, and never crash.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func survivesDamage(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = Array((Self.good.randomElement(using: &generator)?.reply ?? "").utf8)
            for _ in 0...Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            }
            var parser = ReplyParser()
            let middle = Int.random(in: 0...bytes.count, using: &generator)
            for end in [middle, bytes.count] {
                let progress = try? bytes[..<end].withUnsafeBytes { try parser.parse($0) }
                guard case .complete(let byteCount, let body) = progress else { continue }
                #expect(byteCount <= bytes.count && body.upperBound <= byteCount, "seed \(seed)")
                break
            }
        }
    }
}
