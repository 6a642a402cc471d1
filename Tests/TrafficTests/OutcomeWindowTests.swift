// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct OutcomeWindowTests {
    @Test(arguments: [100 * millisecond, second, 6 * second])
    func holdsTenBuckets(bucketNanoseconds: UInt64) {
        let window = OutcomeWindow(bucketNanoseconds: bucketNanoseconds)
        for tick in 0..<25 as Range<UInt64> {
            window.add(.failure, epoch: 1, now: tick * bucketNanoseconds)
            let counts = window.counts(epoch: 1, now: tick * bucketNanoseconds)
            #expect(counts.failed == Int(min(tick + 1, 10)))
        }
        let last = window.counts(epoch: 1, now: 33 * bucketNanoseconds)
        let none = window.counts(epoch: 1, now: 34 * bucketNanoseconds)
        #expect(last.total == 1 && none.total == 0)
    }

    @Test func anEpochStartsAfresh() {
        let window = OutcomeWindow(bucketNanoseconds: second)
        window.add(.failure, epoch: 31, now: second)
        window.add(.slow, epoch: 32, now: second)
        let before = window.counts(epoch: 31, now: second)
        let after = window.counts(epoch: 32, now: second)
        #expect(before == WindowCounts() && after == WindowCounts(total: 1, slow: 1))
    }

    @Test func anOldEpochNeverDisplacesANewOne() {
        let window = OutcomeWindow(bucketNanoseconds: second)
        window.add(.failure, epoch: 32, now: second)
        window.add(.failure, epoch: 31, now: second)
        let counts = window.counts(epoch: 32, now: second)
        #expect(counts.failed == 1)
    }

    @Test func keepsTheRatesOfABusyBucket() {
        let window = OutcomeWindow(bucketNanoseconds: second)
        for index in 0..<100_000 {
            window.add(index % 4 == 0 ? .failure : .success, epoch: 1, now: second)
        }
        let counts = window.counts(epoch: 1, now: second)
        #expect((4_096...8_191).contains(counts.total))
        #expect(abs(counts.failed * 4 - counts.total) <= 8)
    }
}

struct LeaseTests {
    @Test(arguments: [0, 1_000 * second, 70_368 * second, 31_536_000 * second] as [UInt64])
    func lapsesAMillisecondPastItsDeadline(now: UInt64) {
        let deadline = now + 50 * millisecond
        let lease = Lease(deadline: deadline, epoch: 0xFF_FFFF, ticket: .max, now: now)
        #expect(lease.epoch == 0xFF_FFFF)
        #expect(!lease.hasLapsed(now: now))
        #expect(!lease.hasLapsed(now: deadline + millisecond - 1))
        #expect(lease.hasLapsed(now: deadline + millisecond + millisecond / 2))
        #expect(lease.hasLapsed(now: deadline + 9 * 3_600 * second))
    }

    @Test func endsOnceEvenWhenItsSlotIsReused() throws {
        let table = LeaseTable()
        let first = Lease(deadline: second, epoch: 1, ticket: 0, now: 0)
        let claimed = table.claim(first, ticket: 0)
        let slot = try #require(claimed)
        let isReleased = table.release(first, slot: slot)
        let next = Lease(deadline: second, epoch: 1, ticket: 1_024, now: 0)
        let reused = table.claim(next, ticket: 1_024)
        #expect(isReleased && reused == slot)
        let isReleasedAgain = table.release(first, slot: slot)
        let count = table.count
        #expect(!isReleasedAgain && count == 1)
    }

    @Test func isNeverZero() {
        #expect(Lease(deadline: 0, epoch: 0, ticket: 0, now: 0).bits != 0)
    }
}
