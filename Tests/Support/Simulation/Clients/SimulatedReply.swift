// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A reply as a client reads it.
struct SimulatedReply {
    let status: Int
    let closes: Bool
    /// When a client that was shed may come again.
    let retryAfterSeconds: Int?
    let json: [String: Any]
    /// Bytes it took.
    let byteCount: Int

    /// Reads the first reply of some bytes; nil when it is not whole yet or none at all.
    init?(_ bytes: [UInt8]) {
        guard let end = Self.endOfHead(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            return nil
        }
        var length = 0
        var closes = false
        var retryAfterSeconds: Int?
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2 else { return nil }
            let value = field[1].drop { $0 == " " }
            switch field[0] {
            case "Content-Length": length = Int(value) ?? 0
            case "Connection": closes = value == "close"
            case "Retry-After": retryAfterSeconds = Int(value)
            default: break
            }
        }
        guard bytes.count >= end + length else { return nil }
        self.status = status
        self.closes = closes
        self.retryAfterSeconds = retryAfterSeconds
        byteCount = end + length
        json =
            (try? JSONSerialization.jsonObject(with: Data(bytes[end..<end + length])))
            as? [String: Any] ?? [:]
    }

    /// Where the body begins.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = 3
            while index < bytes.count {
                if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10 {
                    return index + 1
                }
                index += 1
            }
            return nil
        }
    }

    var rung: String? { json["rung"] as? String }
    var shop: String? { json["shop"] as? String }
    var snapshot: String? { json["snapshot"] as? String }
    var decision: String? { json["decision_id"] as? String }
    var assignedVersion: String? { json["assigned_version"] as? String }
    var servedVersion: String? { json["served_version"] as? String }
    var lines: [[String: Any]] { json["lines"] as? [[String: Any]] ?? [] }
    var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }
}
