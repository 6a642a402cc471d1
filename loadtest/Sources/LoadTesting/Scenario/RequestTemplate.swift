// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// One kind of request of a scenario.
package struct RequestTemplate: Sendable {
    /// What is asked.
    package enum Kind: Sendable {
        /// `POST /v1/prices` with so many lines.
        case price(lines: CartSize)
        /// `GET /v1/recommendations` for so many items.
        case recommend(limit: Int)
        /// Any request; nil sends no body.
        case http(method: String, path: String, body: String?)
    }

    /// The words of `kind` in a scenario file.
    enum KindName: String, CaseIterable { case price, recommend, http }

    /// What its replies are counted under.
    package var name: String
    /// Its share among the requests.
    package var weight: Double
    /// What is asked.
    package var kind: Kind
    /// Further header fields.
    package var headers: [String: String]
    /// What its replies must hold, beyond an answer.
    package var check = CheckTemplate()

    /// A request with weight one.
    package init(name: String, kind: Kind, headers: [String: String] = [:]) {
        self.name = name
        weight = 1
        self.kind = kind
        self.headers = headers
    }

    /// Whether it names products.
    var needsStore: Bool { if case .http = kind { false } else { true } }

    init?(_ object: ObjectDecoder) {
        let kind = object.required("kind", .choice(KindName.self))
        let lines = object.optional("lines", .lines, default: .uniform(2...2))
        let limit = object.optional("limit", .integer(in: ScenarioLimits.items), default: 10)
        let method = object.optional("method", .httpToken, default: "GET")
        let path = object.optional("path", .requestTarget, default: "/")
        let body = object.optional("body", .string)
        name = object.optional("name", .identifier) ?? kind?.rawValue ?? ""
        weight = object.optional("weight", .number(in: ScenarioLimits.weight), default: 1)
        headers = object.optional("headers", .headers, default: [:])
        check = object.optional("check", .object(CheckTemplate.init), default: CheckTemplate())
        switch kind {
        case .price: self.kind = .price(lines: lines)
        case .recommend: self.kind = .recommend(limit: limit)
        case .http, nil: self.kind = .http(method: method, path: path, body: body)
        }
        guard let kind else { return nil }
        Self.refuseForeignSettings(of: kind, object)
    }

    private static func refuseForeignSettings(of kind: KindName, _ object: ObjectDecoder) {
        let settings: [KindName: [String]] = [
            .price: ["lines"], .recommend: ["limit"], .http: ["method", "path", "body"],
        ]
        for (owner, keys) in settings where owner != kind {
            for key in keys where object.has(key) {
                let message = "`\(key)` is a setting of the kind `\(owner.rawValue)`"
                object.report(.wrongSetting, message, at: object.keySpan(of: key))
            }
        }
        refuseForeignChecks(of: kind, object)
    }

    private static func refuseForeignChecks(of kind: KindName, _ object: ObjectDecoder) {
        let checks: [KindName: [String]] = [
            .price: CheckTemplate.priceKeys, .recommend: CheckTemplate.itemKeys,
        ]
        for (owner, keys) in checks where owner != kind {
            for entry in object.entries(of: "check") where keys.contains(entry.key) {
                let message = "`\(entry.key)` is a check of the kind `\(owner.rawValue)`"
                object.report(.wrongSetting, message, at: entry.keySpan)
            }
        }
    }
}

extension RequestTemplate.Kind {
    /// Whether it sends carts of the store's history.
    var isOfHistory: Bool { if case .price(.history) = self { true } else { false } }
}

extension ValueDecoder where Value == [String: String] {
    /// Header fields.
    static var headers: ValueDecoder {
        .map(of: .headerValue, keys: "a header's name") { HTTPText.isToken($0) }
    }
}

extension ValueDecoder where Value == String {
    /// A method such as `POST`.
    static var httpToken: ValueDecoder {
        .matching("a method such as POST") { HTTPText.isToken($0) }
    }

    /// A path with its query.
    static var requestTarget: ValueDecoder {
        .matching("a path that begins with /") { HTTPText.isTarget($0) }
    }

    /// What may stand behind a field's name.
    static var headerValue: ValueDecoder {
        .matching("a header's value in one line") { HTTPText.isFieldValue($0) }
    }
}
