// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct QueueDelayTests {
    @Test func aBurstIsNoOverload() {
        var delay = QueueDelay()
        observe(&delay, 0, at: 1_000)
        for time in 1_001..<1_030 as Range<UInt64> { observe(&delay, 50, at: time) }
        observe(&delay, 0, at: 1_035)
        observe(&delay, 50, at: 1_045)
        #expect(!delay.isOverloaded)
    }

    @Test func anIntervalInWhichEverybodyWaitedIs() {
        var delay = QueueDelay()
        for time in 1_000..<1_050 as Range<UInt64> { observe(&delay, 2, at: time) }
        #expect(delay.isOverloaded)
    }

    @Test func oneWhoDidNotWaitEndsIt() {
        var delay = QueueDelay()
        for time in 1_000..<1_050 as Range<UInt64> { observe(&delay, 2, at: time) }
        for time in 1_050..<1_100 as Range<UInt64> {
            observe(&delay, time % 10 == 0 ? 0 : 2, at: time)
        }
        #expect(!delay.isOverloaded)
    }

    @Test(arguments: [81, 82] as [UInt64])
    func fitsAWord(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var delay = QueueDelay()
        var now: UInt64 = 0
        for _ in 0..<10_000 {
            now += UInt64.random(in: 0...30_000_000, using: &random)
            let nanoseconds = random.next() >> UInt64.random(in: 0...63, using: &random)
            delay.observe(
                nanoseconds: nanoseconds,
                now: now,
                target: millisecond,
                interval: 20 * millisecond
            )
            #expect(QueueDelay(bits: delay.bits) == delay, "seed \(seed)")
        }
    }

    /// Times in milliseconds; the target is 1 ms and the interval 20 ms.
    private func observe(_ delay: inout QueueDelay, _ waited: UInt64, at time: UInt64) {
        delay.observe(
            nanoseconds: waited * millisecond,
            now: time * millisecond,
            target: millisecond,
            interval: 20 * millisecond
        )
    }
}
