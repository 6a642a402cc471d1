// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import GatewayCore

/// A reply, read back.
struct Answer {
    let status: Int
    let fields: String
    let json: [String: Any]

    init(_ reply: GatewayReply) {
        status = reply.status.code
        fields = String(decoding: reply.fields.bytes, as: UTF8.self)
        let body = Data(reply.body.bytes.bytes)
        json = (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:]
    }

    var rung: String? { json["rung"] as? String }
    var reason: String? { json["reason"] as? String }
    var assignedVersion: String? { json["assigned_version"] as? String }
    var servedVersion: String? { json["served_version"] as? String }
    var snapshot: String? { json["snapshot"] as? String }
    var lines: [[String: Any]] { json["lines"] as? [[String: Any]] ?? [] }
    var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }

    /// The unit price of each line in minor units; nil for a line with an error.
    var unitPrices: [Int64?] {
        lines.map { line in
            (line["unit_price"] as? String).flatMap { Int64($0.replacing(".", with: "")) }
        }
    }

    var errorCodes: [String?] { lines.map { ($0["error"] as? [String: Any])?["code"] as? String } }
    var products: [String] { items.compactMap { $0["product_id"] as? String } }
}
