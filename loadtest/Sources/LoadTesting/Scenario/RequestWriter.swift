// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Writes a visitor's requests as bytes.
struct RequestWriter {
    let target: Target
    let store: StoreProfile?
    let catalog: Catalog

    /// A request of a kind, and what its reply must be.
    ///
    /// - Throws: `LoadTestError` when the store has no product.
    func write(_ template: RequestTemplate, of visitor: inout Visitor) throws
        -> PreparedRequest.Parts
    {
        switch template.kind {
        case .http(let method, let path, let body):
            return (request(template, method, path, body), .none)
        case .price:
            try requireCart(visitor)
            let body = try priceBody(visitor)
            return (request(template, "POST", "/v1/prices", body), check(template, visitor.cart))
        case .recommend(let limit):
            try requireCart(visitor)
            let path = recommendationPath(&visitor, limit: limit)
            let count = min(template.check.itemsMinimum, limit)...limit
            return (request(template, "GET", path, nil), .items(ItemCheck(count: count)))
        }
    }

    private func requireCart(_ visitor: Visitor) throws {
        if visitor.cart.isEmpty { throw LoadTestError.tooFewProducts(count: 0, lines: 1) }
    }

    private func check(_ template: RequestTemplate, _ cart: [Catalog.CartLine]) -> ReplyCheck {
        var check = PriceCheck(lines: cart.count)
        check.limits = cart.map { line in
            template.check.limits(listPriceMinor: catalog.products[line.product].listPriceMinor)
        }
        check.digits = catalog.currencyDigits
        check.isRemembered = template.check.hasSamePrice
        return .prices(check)
    }

    private func request(
        _ template: RequestTemplate,
        _ method: String,
        _ path: String,
        _ body: String?
    ) -> [UInt8] {
        HTTPText.request(
            method: method,
            path: path,
            authority: target.authority,
            headers: template.headers,
            body: body
        )
    }

    /// Who asks comes before the lines, as in the wire contract: a reader of the stream knows the
    /// version before it prices.
    private func priceBody(_ visitor: Visitor) throws -> String {
        var fields = ["\"shop\":\(try quoted(store?.shop ?? ""))"]
        if let currency = store?.currency { fields.append("\"currency\":\(try quoted(currency))") }
        fields.append("\"session_id\":\(try quoted(visitor.shopper))")
        let lines = try visitor.cart.enumerated().map { index, line in
            let variant = try quoted(catalog.products[line.product].key)
            return #"{"id":"\#(index + 1)","variant_id":\#(variant),"quantity":\#(line.quantity)}"#
        }
        fields.append("\"lines\":[\(lines.joined(separator: ","))]")
        return "{\(fields.joined(separator: ","))}"
    }

    /// The text as JSON writes it.
    private func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }

    private func recommendationPath(_ visitor: inout Visitor, limit: Int) -> String {
        let product = catalog.products[visitor.nextView()].key
        return "/v1/recommendations?shop=\(escaped(store?.shop ?? ""))"
            + "&product_id=\(escaped(product))&session_id=\(visitor.shopper)&limit=\(limit)"
    }

    private func escaped(_ text: String) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
