// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

/// What a reply must hold, cause by cause.
struct ReplyCheckerTests {
    struct Case: Sendable {
        let body: String
        let check: ReplyCheck
        let cause: FailureCause?
    }

    private static func prices(_ limits: ClosedRange<Int64>...) -> ReplyCheck {
        var check = PriceCheck(lines: 0)
        check.limits = limits
        return .prices(check)
    }

    private static let cart =
        #"{"lines":[{"unit_price":"2.55","quantity":2},{"unit_price": 10.5}]}"#
    private static let list =
        #"{"items":[{"product_id":"A","title":"a \"product_id\":\"A\""},{"product_id":"B"}]}"#

    @Test(arguments: [
        Case(body: "", check: .none, cause: nil),
        Case(body: "<html>", check: prices(), cause: .notJSON),
        Case(body: "{\"lines\":[]", check: prices(), cause: .notJSON),
        Case(body: cart, check: prices(255...255, 1_050...1_050), cause: nil),
        Case(body: cart, check: prices(0 ... .max, 0 ... .max, 0 ... .max), cause: .incomplete),
        Case(body: cart, check: prices(256...300, 0 ... .max), cause: .priceOutOfRange),
        Case(body: cart, check: prices(0 ... .max, 0...1_049), cause: .priceOutOfRange),
        Case(body: #"{"unit_price":"2.555"}"#, check: prices(0 ... .max), cause: .incomplete),
        Case(body: #"{"unit_price":"free"}"#, check: prices(0 ... .max), cause: .incomplete),
        Case(body: #"{"unit_price":null}"#, check: prices(0 ... .max), cause: .incomplete),
        Case(body: #"{"unit_price":}"#, check: prices(0 ... .max), cause: .incomplete),
        Case(body: list, check: .items(ItemCheck(count: 2...2)), cause: nil),
        Case(body: list, check: .items(ItemCheck(count: 3...9)), cause: .itemCount),
        Case(body: list, check: .items(ItemCheck(count: 0...1)), cause: .itemCount),
        Case(body: #"{"items":[]}"#, check: .items(ItemCheck(count: 0...9)), cause: nil),
        Case(body: #"{"items":7}"#, check: .items(ItemCheck(count: 0...9)), cause: .incomplete),
        Case(
            body: #"{"items":[{"product_id":"A"},{"product_id": "A"}]}"#,
            check: .items(ItemCheck(count: 0...9)),
            cause: .duplicateItem
        ),
    ])
    func causesAreTold(_ tested: Case) {
        var checker = ReplyChecker()
        #expect(Self.failure(&checker, tested.body, tested.check) == tested.cause, "\(tested.body)")
    }

    @Test func theSameCartKeepsItsPriceWithinASnapshotAndVersion() {
        var check = PriceCheck(lines: 1)
        check.isRemembered = true
        var checker = ReplyChecker()
        func cause(_ snapshot: String, _ price: String, request: Int = 0) -> FailureCause? {
            let body =
                #"{"snapshot":"\#(snapshot)","served_version":"2","rung":"assigned","#
                + #""lines":[{"unit_price":"\#(price)"}]}"#
            return Self.failure(&checker, body, .prices(check), request: request)
        }
        #expect(cause("s1", "1.00") == nil)
        #expect(cause("s1", "1.00") == nil)
        #expect(cause("s1", "1.01") == .priceChanged)
        #expect(cause("s2", "1.01") == nil)
        #expect(cause("s1", "9.99", request: 1) == nil)
    }

    /// Damaged bodies are good or not, and never a crash.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func survivesDamage(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var checker = ReplyChecker()
        for round in 0..<500 {
            var bytes = Array((round % 2 == 0 ? Self.cart : Self.list).utf8)
            for _ in 0...Int.random(in: 0...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = "{}[]\":.,9\\ ".utf8.randomElement(using: &generator) ?? 0
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            bytes.append(UInt8(ascii: "}"))
            let checks: [ReplyCheck] = [
                Self.prices(0...9, 0...9), .items(ItemCheck(count: 0...9)),
            ]
            for check in checks {
                let cause = bytes.withUnsafeBytes {
                    checker.failure(of: $0, to: check, request: 0)
                }
                #expect(cause != .status, "seed \(seed)")
            }
        }
    }

    private static func failure(
        _ checker: inout ReplyChecker,
        _ body: String,
        _ check: ReplyCheck,
        request: Int = 0
    ) -> FailureCause? {
        Array(body.utf8).withUnsafeBytes { checker.failure(of: $0, to: check, request: request) }
    }
}
