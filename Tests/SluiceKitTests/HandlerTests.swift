// SPDX-License-Identifier: Apache-2.0
import CSluice
import SluiceKit
import SluiceKitTesting
import Testing

@Suite struct HandlerTests {
    private let tiers: [[sluice_price_tier]] = [
        [], [sluice_price_tier(customer_kind: 0, quantity_minimum: 1, unit_price_minor: 7)], [],
    ]

    private var snapshot: SnapshotFixture {
        SnapshotFixture([
            "customer": [.u32("kind", [1])],
            "product": [.i64("list_price", [295, nil, nil]), .list("price_tiers", tiers)],
        ])
    }

    @Test func readsColumnsAndListsInPlace() throws {
        let handler = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
        let outcome = handler.price([(0, 1), (1, 1)])
        #expect(outcome.status == SLUICE_OK)
        #expect(outcome.prices.map { $0?.unitPriceMinor } == [295, 7])
        #expect(outcome.prices[0]?.rules == ["echo"])
    }

    @Test func executesWithoutAllocatingOnceWarm() throws {
        let handler = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
        _ = handler.price([(0, 1), (1, 1)])
        #expect(handler.price([(0, 1), (1, 1)]).allocationCount == 0)
    }

    @Test func anErrorBecomesStatusAndMessage() throws {
        let handler = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
        let absent = handler.price([(2, 1)])
        #expect(absent.status == SLUICE_NOT_FOUND && absent.message == "no price")
        let beyond = handler.price([(99, 1)])
        #expect(beyond.status == SLUICE_NOT_FOUND, "a row that does not exist reads as absent")
        handler.host.isCancelled = true
        #expect(handler.price([(0, 1)]).status == SLUICE_CANCELLED)
    }

    @Test func logsThroughTheHost() throws {
        let handler = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
        #expect(handler.host.lines == ["3 loaded model 1"])
    }

    @Test func refusesARequestOfAnotherKind() throws {
        let handler = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
        #expect(handler.recommend(limit: 1).status == SLUICE_UNIMPLEMENTED)
    }

    @Test func tellsTheRegistrarWhatItIs() throws {
        let handler = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
        #expect(handler.registration.kind == SLUICE_KIND_PRICE)
        #expect(handler.registration.execution == SLUICE_EXECUTION_INLINE)
        #expect(handler.registration.threading == SLUICE_THREADING_SERIAL)
    }

    @Test func describesInputsAndOutputs() throws {
        let description = try HandlerFixture(EchoHandler.registration, snapshot: snapshot)
            .describe()
        #expect(description.inputs == ["variant_id", "quantity"])
        #expect(description.outputs == ["unit_price_minor"])
        #expect(description.platform == "sluice-pricing")
    }

    @Test func refusesSettingsItDoesNotKnow() {
        let refusal = #expect(throws: Refusal.self) {
            try HandlerFixture(EchoHandler.registration, settings: #"{"z":1}"#, snapshot: snapshot)
        }
        #expect(refusal?.status == Int32(SLUICE_INVALID_ARGUMENT))
        #expect(refusal?.message == "settings.z: unknown key; known are a")
    }

    @Test(
        arguments: [
            ([("shop", [])], "the snapshot has no entity product"),
            (
                [("product", [ColumnFixture.i64("x", [1])])],
                "the column product.list_price is missing"
            ),
            (
                [("product", [ColumnFixture.f32("list_price", [1])])],
                "the column product.list_price is f32, not i64"
            ),
            (
                [("product", [.i64("list_price", [1]), .list("price_tiers", [[Int64(1)]])])],
                "product.price_tiers has elements of 8 bytes, not 16"
            ),
        ] as [([(String, [ColumnFixture])], String)]
    )
    func bindNamesWhatIsMissing(entities: [(String, [ColumnFixture])], expected: String) {
        let refusal = #expect(throws: Refusal.self) {
            try HandlerFixture(
                EchoHandler.registration,
                snapshot: SnapshotFixture(entities: entities)
            )
        }
        #expect(refusal?.status == Int32(SLUICE_FAILED_PRECONDITION))
        #expect(refusal?.message == expected)
    }

    @Test func cutsALongMessageBetweenCharacters() {
        let settings = #"{""# + String(repeating: "é", count: 300) + #"": 1}"#
        let refusal = #expect(throws: Refusal.self) {
            try HandlerFixture(EchoHandler.registration, settings: settings, snapshot: snapshot)
        }
        let text = refusal?.message ?? ""
        #expect(text.utf8.count == 255 && text.hasSuffix("é"), "256 bytes would split the last é")
    }

    @Test func statusCodesAreTheHeaders() {
        let codes = [
            SLUICE_PENDING, SLUICE_CANCELLED, SLUICE_UNKNOWN, SLUICE_INVALID_ARGUMENT,
            SLUICE_DEADLINE_EXCEEDED,
            SLUICE_NOT_FOUND, SLUICE_RESOURCE_EXHAUSTED, SLUICE_FAILED_PRECONDITION,
            SLUICE_OUT_OF_RANGE, SLUICE_UNIMPLEMENTED, SLUICE_INTERNAL, SLUICE_UNAVAILABLE,
            SLUICE_DATA_LOSS,
        ]
        #expect(HandlerStatus.allCases.map { Int($0.rawValue) } == codes)
        #expect(PriceRules.capacity == SLUICE_RULES_MAX)
    }
}
