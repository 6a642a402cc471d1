// SPDX-License-Identifier: Apache-2.0
import CAllocationCounter
import GatewayFixtures
import Testing

@testable import GatewayCore

/// Testers who name the version they want, and everybody else who tries.
struct ForcedVersionTests {
    private static let key = Array("0123456789abcdef0123456789abcdef".utf8)
    private static let signature = ";signature="

    /// Signed with `printf %s "$claim" | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`.
    private static let forced = signed(
        "pricing=1;expires=9999999999",
        "db809e516dc7dcab3a638f5074df9251450e0c7b45baf659fc17081facb4ea42"
    )

    /// Fields, and what becomes of them.
    private static let fields: [(field: String, result: ForcedVersionResult)] = [
        (forced, .forced),
        (forced.replacing("db809e", with: "DB809E"), .forced),
        (
            signed(
                "pricing=1;expires=1",
                "396938c2d5d0545073c4cc718c20fdb16ac37ccf909720114744636e9166e562"
            ), .expired
        ),
        (
            signed(
                "pricing=9;expires=9999999999",
                "bd920a632f828c9b299b21efa79f8b9dc54fd2a7128b04ce077c979feb8a00ed"
            ), .unknownVersion
        ),
        (
            signed(
                "recommendations=1;expires=9999999999",
                "9c9cb0577ab62867d97f7911fbf8a5fbfcf5f5ca95de4897ed16f6e83b350cd3"
            ), .otherModel
        ),
        (
            signed(
                "pricing;expires=9999999999",
                "34103b62e99602eb9595f260848d539244123989b2f36c88c49ac938f4fb2c90"
            ), .malformed
        ),
        (
            signed(
                "pricing=1;expires=12x",
                "98674c3047195ef2422af8aff79a059c0364ce69a8c165b025b786c886705e61"
            ), .malformed
        ),
        (
            signed(
                "pricing=1;expires=99999999999",
                "ccefe47f7ef5689ef5a7b31ec8d7409885d1551df2764c4c8888da824d64cd18"
            ), .malformed
        ),
        (forced.replacing("pricing=1", with: "pricing=2"), .badSignature),
        (forced.replacing("9999999999", with: "9999999998"), .badSignature),
        (String(forced.dropLast()) + "3", .badSignature),
        (String(forced.dropLast()) + "g", .badSignature),
        (String(forced.dropLast()), .malformed),
        (forced + "0", .malformed),
        (String(repeating: "x", count: 300) + forced, .malformed),
        ("pricing=1", .malformed), ("", .malformed), (signature, .malformed),
    ]

    private static func signed(_ claim: String, _ code: String) -> String {
        claim + signature + code
    }

    private let controls = [FakeControl(percent: 90), FakeControl(percent: 80)]

    /// Everybody is assigned version 2.
    private func harness(
        key: [UInt8]? = key,
        change: (inout StateFixture) -> Void = { _ in }
    ) throws -> WorkerHarness {
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", controls[0]), try .fake("2", "price", controls[1]),
        ]
        fixture.forcedVersionKey = key
        change(&fixture)
        return try WorkerHarness(fixture)
    }

    private func count(_ harness: WorkerHarness, _ result: ForcedVersionResult) -> UInt64 {
        harness.worker.state.catalog.lease(.forced)!.value(at: Int(result.rawValue))
    }

    @Test(arguments: fields.indices) func onlyAGoodSignatureForcesAVersion(_ index: Int) throws {
        let (field, result) = Self.fields[index]
        let harness = try harness()
        let answer = try harness.price(headers: [.forcedVersion: field])
        #expect(answer.status == 200)
        #expect(answer.servedVersion == (result == .forced ? "1" : "2"), "\(field)")
        #expect(answer.fields.contains("Sluice-Assignment: forced") == (result == .forced))
        #expect(count(harness, result) == 1)
    }

    @Test func withoutAKeyNobodyForcesAnything() throws {
        let harness = try harness(key: nil)
        #expect(try harness.price(headers: [.forcedVersion: Self.forced]).servedVersion == "2")
        #expect(count(harness, .noKey) == 1)
    }

    /// Its metrics and memories are those of nobody.
    @Test func aForcedDecisionTeachesNothing() throws {
        let harness = try harness()
        for _ in 0..<3 { try harness.price(headers: [.forcedVersion: Self.forced]) }
        #expect(harness.requestCount("prices", .forced) == 3)
        #expect(harness.requestCount("prices") == 3)
        // Nothing was remembered for a shopper whose models fail.
        for control in controls { control.mode = .fail }
        #expect(try harness.price().rung == "base_price")
        #expect(harness.requestCount("prices", .degraded) == 1)
    }

    /// Blocks that libcrypto and, in a debug build, the standard library take for one signature and give
    /// back: 62, with room for other releases of both.
    private static let allocationsPerSignatureMaximum = 128

    /// What no shopper sends may cost a little, and the same each time.
    @Test func aSignatureTakesAFewBlocksAndNoMore() throws {
        let harness = try harness()
        let check = try #require(harness.worker.state.forcedVersions)
        let model = try #require(harness.worker.state.models.first)
        let field = StableBytes(Self.forced)
        func count() -> UInt64 {
            let before = allocation_count()
            for _ in 0..<100 { _ = check.check(field.bytes, model, unixSeconds: 0) }
            return UInt64(allocation_count() - before)
        }
        _ = count()
        let counts = [count(), count()]
        #expect(counts[0] == counts[1])
        #expect(counts[0] <= 100 * UInt64(Self.allocationsPerSignatureMaximum), "\(counts)")
    }

    @Test func theNextRequestIsNobodysTest() throws {
        let harness = try harness()
        try harness.price(headers: [.forcedVersion: Self.forced])
        let answer = try harness.price()
        #expect(answer.servedVersion == "2")
        #expect(!answer.fields.contains("Sluice-Assignment"))
    }

    @Test func theKillSwitchWins() throws {
        let harness = try harness { fixture in
            fixture.stable = 1
            fixture.prices[0].isEnabled = false
        }
        let answer = try harness.price(headers: [.forcedVersion: Self.forced])
        #expect(answer.assignedVersion == "1")
        #expect(answer.servedVersion == "2")
        #expect(answer.reason == "disabled")
    }
}
