// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing

@testable import GatewayCore

struct ShadowStatusTests {
    private func status(_ shadows: ShadowHarness, _ model: String) throws -> GatewayStatus.Shadow {
        let versions = model == "pricing" ? shadows.fixture.prices : shadows.fixture.recommendations
        let shadow = try #require(versions[2].shadow)
        return try #require(
            shadows.worker.state.catalog.status(
                ofShadow: "3",
                model: model,
                shadow.settings,
                shadow.meter
            )
        )
    }

    @Test func pricesAreShown() throws {
        let shadows = try ShadowHarness()
        try shadows.compare(count: 2)
        shadows.shadow.mode = .fail
        try shadows.compare()
        let shadow = try status(shadows, "pricing")
        #expect(shadow.requests.sampled == 3)
        #expect(shadow.requests.compared == 2)
        #expect(shadow.requests.handlerError == 1)
        #expect(shadow.prices?.lower == 4)
        #expect(shadow.prices?.deltas.map(\.count).reduce(0, +) == 4)
        #expect(shadow.prices?.deltas.last?.to == nil)
        #expect(shadow.lists == nil)
        #expect(shadow.sampleBasisPoints == 10_000)
        #expect(shadow.budgetMilliseconds == 200)
        #expect(shadow.inFlight == 0)
    }

    @Test func listsAreShown() throws {
        let shadows = try ShadowHarness()
        #expect(try status(shadows, "recommendations").lists?.meanShare == nil)
        try shadows.compare(ShadowHarness.widget)
        let lists = try #require(try status(shadows, "recommendations").lists)
        #expect(lists.meanShare == 0.6)
        #expect(lists.shares.map(\.to) == (0...10).map { Double($0) / 10 })
        #expect(try status(shadows, "recommendations").prices == nil)
    }

    @Test func everyFamilyHasTheLabelsOfItsModel() throws {
        let shadows = try ShadowHarness()
        try shadows.compare()
        let families = shadows.worker.state.catalog.families()
            .filter { $0.name.hasPrefix("sluice_shadow_") }
        #expect(families.count == 6)
        for sample in families.flatMap(\.samples) {
            #expect(sample.labels.prefix(2).map(\.name) == ["model", "version"])
        }
        let requests = try #require(families.first { $0.name == "sluice_shadow_requests_total" })
        #expect(requests.samples.count == 2 * ShadowResult.allCases.count)
        let deltas = try #require(families.first { $0.name == "sluice_shadow_price_delta_ratio" })
        #expect(deltas.samples.map { $0.labels[0].value } == ["pricing"])
        let overlaps = try #require(families.first { $0.name == "sluice_shadow_top_k_overlap" })
        #expect(overlaps.samples.allSatisfy { $0.labels[0].value == "recommendations" })
    }

    @Test func everyResultHasItsOwnCell() {
        #expect(ShadowResult.allCases.map(\.seriesIndex) == Array(ShadowResult.allCases.indices))
    }
}
