// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import TestSupport
import Testing

@testable import GatewayCore

struct AllocationTests {
    /// Without optimisation the standard library's generics allocate on their way, so only an
    /// optimised build can show that the path itself does not; `make test` runs `allocation-probe`.
    private static let isOptimized = !_isDebugAssertConfiguration()

    @Test(arguments: AllocationProbe.cases)
    func nothingIsAllocatedOnceWarm(_ test: AllocationProbe.Case) throws {
        let probe = try AllocationProbe(test)
        // A sanitizer's allocator takes the counter's place; the path is watched all the same.
        #expect(probe.setUpAllocationCount > 0 || Sanitizer.isPresent, "the counter is deaf")
        let first = probe.allocations(100)
        #expect(probe.allocations(100) == first, "allocations grow")
        if Self.isOptimized { #expect(first == 0) }
        let answer = Answer(probe.worker.reply)
        #expect(answer.status == test.status)
        #expect(answer.rung == test.rung)
    }
}
