// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Traffic

extension Checker {
    /// Checks the prices and rows of a reply against the snapshot it names.
    func checkContent(_ reply: SimulatedReply, _ request: SimulatedRequest) {
        guard let variant = world.variant(ofSnapshot: reply.snapshot) else {
            return fail(.oneSnapshotPerReply, "request \(request.number) names no snapshot of ours")
        }
        switch request.kind {
        case .prices(let lines):
            guard reply.lines.count == lines.count else {
                return fail(.replyIsValid, "request \(request.number) has other lines")
            }
            for (line, asked) in zip(reply.lines, lines) {
                check(line, asked, reply, variant)
            }
        case .recommendations(let limit):
            guard reply.items.count <= limit else {
                return fail(.replyIsValid, "request \(request.number) has too many items")
            }
            for (position, item) in reply.items.enumerated() {
                check(item, position, reply, variant)
            }
        default: break
        }
    }

    private func check(
        _ line: [String: Any],
        _ asked: SimulatedRequest.Line,
        _ reply: SimulatedReply,
        _ variant: StoreFixture.Variant
    ) {
        let list = variant.listPrice(ofProduct: asked.product)
        guard let price = Self.minorUnits(line["unit_price"]),
            let total = Self.minorUnits(line["line_price"])
        else { return fail(.replyIsValid, "a line has no price: \(line)") }
        guard line["variant_id"] as? String == StoreFixture.key(asked.product),
            line["quantity"] as? Int == asked.quantity, total == price * Int64(asked.quantity)
        else { return fail(.replyIsValid, "a line is not the one asked for: \(line)") }
        let verdict = SimulatedGateway.guardBand.check(
            unitPriceMinor: price,
            listPriceMinor: list,
            lastPriceMinor: list
        )
        guard verdict == .ok else {
            return fail(
                .pricesStayInBand,
                "\(price) is \(verdict.rawValue) of \(list) at rung \(reply.rung ?? "none")"
            )
        }
        let expected = Self.prices(list, reply)
        guard Self.minorUnits(line["list_price"]) == list, expected.contains(price) else {
            return fail(
                .oneSnapshotPerReply,
                "\(price) at rung \(reply.rung ?? "none") is none of \(expected)"
            )
        }
    }

    /// The prices a reply may have where the list price is `list`.
    private static func prices(_ list: Int64, _ reply: SimulatedReply) -> [Int64] {
        let ofVersions = Stage.percents.map { list * $0 / 100 }
        switch reply.rung {
        case "base_price": return [list]
        case "last_known_good": return ofVersions
        default:
            guard let version = reply.servedVersion.flatMap({ Int($0) }),
                ofVersions.indices.contains(version - 1)
            else { return [] }
            return [ofVersions[version - 1]]
        }
    }

    private func check(
        _ item: [String: Any],
        _ position: Int,
        _ reply: SimulatedReply,
        _ variant: StoreFixture.Variant
    ) {
        guard let key = item["product_id"] as? String, let product = Int(key.dropFirst()),
            Self.minorUnits(item["price"]) == variant.listPrice(ofProduct: product)
        else { return fail(.oneSnapshotPerReply, "\(item) is not of the snapshot") }
        guard isRecommended(product, position, reply) else {
            fail(
                .oneSnapshotPerReply,
                "nothing recommends product \(product) at rung \(reply.rung ?? "none")"
            )
            return
        }
    }

    /// Whether a product is what the rung would recommend.
    private func isRecommended(
        _ product: Int,
        _ position: Int,
        _ reply: SimulatedReply
    ) -> Bool {
        switch reply.rung {
        case "assigned", "stable":
            guard let version = reply.servedVersion.flatMap({ Int($0) }) else { return false }
            return product == ScriptedHandler.product(ofVersion: version - 1, position: position)
        case "cached":
            return (0..<Stage.versionCount).contains {
                product == ScriptedHandler.product(ofVersion: $0, position: position)
            }
        default:
            return true
        }
    }

    private static func minorUnits(_ text: Any?) -> Int64? {
        (text as? String).flatMap { Int64($0.replacing(".", with: "")) }
    }
}
