// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Glibc

// Prints the heap allocations of 1,000 requests of every kind; fails unless all are zero. Build it
// for release: without optimisation the standard library's generics allocate.
var isZero = true
for test in AllocationProbe.cases {
    let probe = try AllocationProbe(test)
    let count = probe.allocations(1_000)
    print("\(count) allocations in 1,000 requests: \(test)")
    isZero = isZero && count == 0 && probe.setUpAllocationCount > 0
}
exit(isZero ? 0 : 1)
