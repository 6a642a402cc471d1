// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures

/// A request a client sends, and what its reply has to be held against.
struct SimulatedRequest {
    /// What is asked.
    enum Kind {
        case prices(lines: [Line])
        case recommendations(limit: Int)
        case health
        case unknownPath
        /// Well-formed HTTP around a body that is not a cart.
        case badBody(status: Int)
        /// Not HTTP.
        case garbage
    }

    /// One line of a cart.
    struct Line {
        let product: Int
        let quantity: Int
    }

    /// Unlike any other request's of the run; the shop is named after it.
    let number: Int
    let kind: Kind
    /// Who is bucketed.
    let unit: String
    /// What the caller's header allows, in milliseconds.
    let headerMilliseconds: UInt64?
    let bytes: [UInt8]

    /// The shop a reply has to name.
    var shop: String { "shop-\(number)" }

    /// The route its reply is counted under.
    var route: String {
        switch kind {
        case .prices, .badBody: "prices"
        case .recommendations: "recommendations"
        case .health, .unknownPath, .garbage: "other"
        }
    }

    init(number: Int, kind: Kind, unit: String, headerMilliseconds: UInt64?, isChunked: Bool) {
        self.number = number
        self.kind = kind
        self.unit = unit
        self.headerMilliseconds = headerMilliseconds
        let budget = headerMilliseconds.map { "x-request-budget-ms: \($0)\r\n" } ?? ""
        let fields = "Host: sim\r\n" + budget
        let text =
            switch kind {
            case .prices(let lines):
                Self.post(Self.cart(lines, number, unit), fields, isChunked: isChunked)
            case .recommendations(let limit):
                "GET /v1/recommendations?shop=shop-\(number)&session_id=\(unit)"
                    + "&product_id=P00\(number % 10)&limit=\(limit) HTTP/1.1\r\n\(fields)\r\n"
            case .health: "GET /v2/health/live HTTP/1.1\r\n\(fields)\r\n"
            case .unknownPath: "GET /nowhere HTTP/1.1\r\n\(fields)\r\n"
            case .badBody(let status):
                Self.post(
                    status == 400 ? "{\"shop\":" : "{\"shop\":7}",
                    fields,
                    isChunked: isChunked
                )
            case .garbage: "\u{1}\u{2}\u{3}\r\n\r\n"
            }
        bytes = Array(text.utf8)
    }

    private static func cart(_ lines: [Line], _ number: Int, _ unit: String) -> String {
        let list = lines.enumerated().map {
            "{\"id\":\"\(number)-\($0.offset)\",\"variant_id\":\"\(StoreFixture.key($0.element.product))\","
                + "\"quantity\":\($0.element.quantity)}"
        }
        return "{\"shop\":\"shop-\(number)\",\"currency\":\"GBP\",\"session_id\":\"\(unit)\","
            + "\"lines\":[\(list.joined(separator: ","))]}"
    }

    private static func post(_ body: String, _ fields: String, isChunked: Bool) -> String {
        let head = "POST /v1/prices HTTP/1.1\r\n\(fields)Content-Type: application/json\r\n"
        guard isChunked else {
            return head + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let middle = body.index(body.startIndex, offsetBy: body.count / 2)
        let chunks = [body[..<middle], body[middle...]].map {
            String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n"
        }
        return head + "Transfer-Encoding: chunked\r\n\r\n\(chunks.joined())0\r\n\r\n"
    }
}

extension SimulatedRequest {
    /// A healthy request of one of many shoppers, for prices and lists in turn.
    static func probe(number: Int, _ index: Int) -> SimulatedRequest {
        SimulatedRequest(
            number: number,
            kind: index % 2 == 0
                ? .prices(lines: [Line(product: index, quantity: 1)]) : .recommendations(limit: 2),
            unit: "unit-\(number)",
            headerMilliseconds: nil,
            isChunked: false
        )
    }

    /// A widget's request of one of a few shoppers.
    static func widget(number: Int, of shopper: Int) -> SimulatedRequest {
        SimulatedRequest(
            number: number,
            kind: .recommendations(limit: 1),
            unit: "unit-\(shopper)",
            headerMilliseconds: nil,
            isChunked: false
        )
    }

    /// Draws a request.
    static func draw(_ world: World, number: Int) -> SimulatedRequest {
        SimulatedRequest(
            number: number,
            kind: world.fires(.requestIsBad) ? drawBad(world) : drawGood(world),
            unit: "unit-\(world.random.below(world.faults.isEnabled(.clientsFlood) ? 8 : 40))",
            headerMilliseconds: world.fires(.budgetIsTight)
                ? world.random.pick([1, 2, 3, 5, 12]) : nil,
            isChunked: world.random.chance(permille: 100)
        )
    }

    private static func drawGood(_ world: World) -> Kind {
        switch world.random.below(20) {
        case 0: .health
        case 1...6: .recommendations(limit: 1 + world.random.below(5))
        default: .prices(lines: (0..<world.random.pick([1, 1, 2, 4])).map { _ in drawLine(world) })
        }
    }

    private static func drawLine(_ world: World) -> Line {
        // A few carts often, so that last known good prices are found.
        let isUsual = world.random.below(3) > 0
        return Line(
            product: world.random.below(isUsual ? 3 : Stage.productCount),
            quantity: isUsual ? 1 : 1 + world.random.below(3)
        )
    }

    private static func drawBad(_ world: World) -> Kind {
        switch world.random.below(4) {
        case 0: .unknownPath
        case 1: .badBody(status: 400)
        case 2: .badBody(status: 422)
        default: .garbage
        }
    }
}
