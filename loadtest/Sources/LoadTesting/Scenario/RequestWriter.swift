// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore

/// Writes one instance after the other of a scenario's requests: other products, other shoppers.
struct RequestWriter {
    /// The largest quantity of one line: most carts hold a few of each.
    private static let quantityMaximum = 12

    private struct PriceBody: Encodable {
        struct Line: Encodable {
            let id: String
            let variantId: String
            let quantity: Int
        }

        let shop: String
        let currency: String?
        let sessionId: String
        let lines: [Line]
    }

    private let target: Target
    private let store: StoreProfile?
    private let products: [String]
    private let popularity: ZipfSampler
    private var generator: SeededGenerator

    init(_ scenario: Scenario, _ target: Target, _ products: [String], _ seed: UInt64) {
        self.target = target
        store = scenario.store
        generator = SeededGenerator(seed: seed, stream: .max / 2)
        // Keys come in order; what sells best has nothing to do with it.
        self.products = products.shuffled(using: &generator)
        popularity = ZipfSampler(count: max(1, products.count), exponent: scenario.store?.zipf ?? 0)
    }

    /// The next request of a kind.
    mutating func write(_ template: RequestTemplate) throws -> (ByteBuffer, ReplyCheck) {
        switch template.kind {
        case .http(let method, let path, let body):
            return (request(template, method, path, body), .none)
        case .price(let lines):
            let count = Int.random(in: lines, using: &generator)
            let body = try priceBody(lines: count)
            return (request(template, "POST", "/v1/prices", body), .prices(lines: count))
        case .recommend(let limit):
            let path = try recommendationPath(limit: limit)
            return (request(template, "GET", path, nil), .items)
        }
    }

    private func request(
        _ template: RequestTemplate,
        _ method: String,
        _ path: String,
        _ body: String?
    ) -> ByteBuffer {
        HTTPText.request(
            method: method,
            path: path,
            authority: target.authority,
            headers: template.headers,
            body: body
        )
    }

    private mutating func priceBody(lines: Int) throws -> String {
        let keys = try cart(lines)
        let body = PriceBody(
            shop: store?.shop ?? "",
            currency: store?.currency,
            sessionId: shopper(),
            lines: keys.enumerated().map { index, key in
                let quantity = Int.random(in: 1...Self.quantityMaximum, using: &generator)
                return PriceBody.Line(id: "\(index + 1)", variantId: key, quantity: quantity)
            }
        )
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(body), as: UTF8.self)
    }

    private mutating func recommendationPath(limit: Int) throws -> String {
        let product = try cart(1)[0]
        return "/v1/recommendations?shop=\(escaped(store?.shop ?? ""))"
            + "&product_id=\(escaped(product))&session_id=\(shopper())&limit=\(limit)"
    }

    /// Different products, the popular ones more often.
    private mutating func cart(_ lines: Int) throws -> [String] {
        guard products.count >= lines else {
            throw LoadTestError.tooFewProducts(count: products.count, lines: lines)
        }
        var chosen = Set<Int>()
        var keys: [String] = []
        while keys.count < lines {
            var rank = popularity.next(using: &generator)
            // The next free one, so that a cart of nearly the whole store ends too.
            while !chosen.insert(rank).inserted { rank = (rank + 1) % products.count }
            keys.append(products[rank])
        }
        return keys
    }

    private mutating func shopper() -> String {
        "s-\(Int.random(in: 1...(store?.shoppers ?? 1), using: &generator))"
    }

    private func escaped(_ text: String) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
