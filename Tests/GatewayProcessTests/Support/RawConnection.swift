// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A reply as it came over the wire.
struct RawReply {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object.
    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }

    subscript(header: String) -> String? {
        headers.first { $0.name.lowercased() == header.lowercased() }?.value
    }
}

/// A blocking TCP connection to loopback that sends exactly the bytes it is given.
final class RawConnection: @unchecked Sendable {
    // Sending and receiving are apart; each is done by one thread at a time.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// `receiveBufferBytes` bounds what the system takes for a client that does not read.
    init(port: Int, receiveBufferBytes: Int32? = nil) throws {
        // A process that another test starts must not keep the connection open.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, type, 0)
        if var bytes = receiveBufferBytes {
            let size = socklen_t(MemoryLayout<Int32>.size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, size)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "connect: errno \(errno)") }
        var timeout = timeval(tv_sec: Int(Waiting.secondsMaximum), tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var noDelay: Int32 = 1
        setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &noDelay,
            socklen_t(MemoryLayout<Int32>.size)
        )
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Tells the peer that nothing is sent or read any more.
    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
            sent += count
        }
    }

    /// Sends as far as the peer takes it, until it closes.
    func sendInBackground(_ text: String) {
        Thread { [self] in try? send(text) }.start()
    }

    func closeWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads one reply with a Content-Length; `head` says that the reply has no body.
    func readReply(head: Bool = false) throws -> RawReply {
        while true {
            if let reply = try takeReply(head: head) { return reply }
            guard try receive() else {
                throw Failure(
                    description:
                        "closed after \(received.count) bytes: \(String(decoding: received, as: UTF8.self))"
                )
            }
        }
    }

    /// True when the peer has closed and no byte is left.
    func isClosed() -> Bool {
        received.isEmpty && (try? receive()) == false
    }

    private func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0 {
            if errno == ECONNRESET { return false }
            throw Failure(description: "recv: errno \(errno)")
        }
        received += chunk.prefix(count)
        return count > 0
    }

    private func takeReply(head: Bool) throws -> RawReply? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        guard let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") else {
            throw Failure(description: "no status in \(lines[0])")
        }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (
                name: String(line[..<colon]),
                value: line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
            )
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }
            .flatMap { Int($0.value) }
        let hasBody = !head && status >= 200 && status != 204
        let bodyCount = hasBody ? length ?? 0 : 0
        guard received.count >= end.upperBound + bodyCount else { return nil }
        let body = Array(received[end.upperBound..<end.upperBound + bodyCount])
        received.removeFirst(end.upperBound + bodyCount)
        return RawReply(status: status, headers: headers, body: body)
    }
}
