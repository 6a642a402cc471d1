// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

struct ObjectiveTests {
    @Test(arguments: [
        "answered >= 99.9%", "shed<=1%", "goodput > 500", "goodput >= 500/s",
        "scheduled.p99 < 50ms", "checkout.service.p99.9 <= 2ms", "a.b.answered >= 100%",
    ])
    func readsObjectives(_ text: String) { #expect(Objective(argument: text) != nil) }

    @Test(arguments: [
        "", "answered", "answered >= 1", "p99 < 50ms", "scheduled.p98 < 1ms", "scheduled.p99 < 50",
        "scheduled.p99 == 1ms", "goodput >= 5ms", "answered >= %",
    ])
    func refusesWhatIsNone(_ text: String) { #expect(Objective(argument: text) == nil) }
}
