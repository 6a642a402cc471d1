// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Testing

@testable import ControlPlane

struct StatusPageTests {
    @Test func whateverAConfigNamesIsEscaped() {
        var status = GatewayStatus.sample
        status.models[0].name = "<script>alert('x')</script>"
        status.config.file = "a\"b&c"
        let html = StatusPage(status: status, readiness: Readiness(reasons: ["<b>"])).html.text
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
        #expect(html.contains("a&quot;b&amp;c"))
        #expect(html.contains("&lt;b&gt;"))
    }

    @Test func aShadowHasARowAndAPicture() {
        var status = GatewayStatus.sample
        #expect(!StatusPage(status: status, readiness: Readiness()).html.text.contains("Shadows"))
        var requests = GatewayStatus.ShadowRequests()
        requests.compared = 1_234
        status.models[0].shadows = [
            GatewayStatus.Shadow(
                version: "2",
                sampleBasisPoints: 1_000,
                budgetMilliseconds: 200,
                inFlight: 0,
                requests: requests,
                prices: GatewayStatus.ShadowPrices(
                    lower: 3,
                    equal: 90,
                    higher: 7,
                    guardViolations: 1,
                    largestDeltaRatio: 0.15,
                    deltas: [
                        .init(to: -0.5, count: 2), .init(to: 0, count: 91),
                        .init(to: 0.5, count: 7),
                        .init(to: nil, count: 0),
                    ]
                )
            )
        ]
        let html = StatusPage(status: status, readiness: Readiness()).html.text
        #expect(html.contains("1,234"))
        #expect(html.contains("3 lower, 90 equal, 7 higher, 1 outside the guard, largest 15 %"))
        for title in ["-50 %: 2", "&lt;0: 1", "=: 90", "+50 %: 7", "&gt;+50 %: 0"] {
            #expect(html.contains("<title>\(title)</title>"), "\(title)")
        }
        // The page's policy allows no style of an element's own.
        #expect(!html.contains("style="))
    }

    @Test func aGatewayWithoutSnapshotSaysSo() {
        var status = GatewayStatus.sample
        status.snapshot = nil
        status.draining = true
        let html = StatusPage(status: status, readiness: Readiness(reasons: ["draining"])).html.text
        #expect(html.contains("none adopted yet"))
        #expect(html.contains(">draining</span>"))
    }

    @Test func publishingShowsItsStepAndLastResults() {
        var status = GatewayStatus.sample
        status.publishing = .init(
            current: .init(subject: "snapshot", step: "verify", since: .now()),
            results: [
                .init(
                    subject: "pricing/2",
                    outcome: .refused,
                    step: "warm_up",
                    at: .now(),
                    durationMilliseconds: 65_000,
                    message: "<no answer>"
                )
            ],
            pluginImagesLoaded: 2,
            pluginImagesRetired: 1,
            drainingSnapshots: ["20260301T093000-7d1f0a2b"]
        )
        let html = StatusPage(status: status, readiness: Readiness()).html.text
        for text in [
            "<b>snapshot: verify</b>", ">refused</span> <small>at warm_up</small>", "1 min 5 s",
            "&lt;no answer&gt;", "2 plugin images in use, 1 retired",
            "draining 20260301T093000-7d1f0a2b",
        ] { #expect(html.contains(text), "\(text)") }
    }

    @Test(arguments: [
        (0.0, "0 s"), (59.9, "59 s"), (725, "12 min 5 s"), (3_600, "1 h 0 min"),
        (273_600, "3 d 4 h"), (-1, "0 s"),
    ])
    func durationsHaveTwoUnits(seconds: Double, text: String) {
        #expect(PageFormat.duration(seconds) == text)
    }
}
