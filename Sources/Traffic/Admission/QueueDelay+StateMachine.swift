// SPDX-License-Identifier: Apache-2.0

/// Tells a standing queue from a passing one by the smallest delay of each interval.
///
/// A burst makes some requests wait and is gone; when even the luckiest request of a whole interval
/// waited longer than the target, more arrives than is served. A pure value that fits one atomic
/// word. Unit inside: ticks of 1,024 ns, which wrap after 73 minutes.
/// Source: RFC 8289 (CoDel); Facebook's variant of it, "Fail at Scale", ACM Queue 13(8).
package struct QueueDelay: Hashable, Sendable {
    /// Whether the last whole interval had a standing queue.
    package private(set) var isOverloaded = false
    private var intervalStart: UInt32 = 0
    private var minimum: UInt32 = Self.delayMaximum

    private static let tickBits: UInt64 = 10
    private static let delayMaximum = UInt32.max >> 1

    /// A queue nothing is known of.
    package init() {}

    /// The value an atomic word holds.
    package init(bits: UInt64) {
        intervalStart = UInt32(truncatingIfNeeded: bits >> 32)
        minimum = UInt32(truncatingIfNeeded: bits) & Self.delayMaximum
        isOverloaded = bits & 1 << 31 != 0
    }

    /// The value as one word.
    package var bits: UInt64 {
        UInt64(intervalStart) << 32 | UInt64(minimum) | (isOverloaded ? 1 << 31 : 0)
    }

    /// The smallest delay seen in the interval under way, in nanoseconds.
    package var minimumNanoseconds: UInt64 { UInt64(minimum) << Self.tickBits }

    /// Takes in the delay of one request.
    ///
    /// - Returns: the smallest delay of the interval this one ended, in nanoseconds; nil within one.
    @discardableResult
    package mutating func observe(
        nanoseconds: UInt64,
        now: UInt64,
        target: UInt64,
        interval: UInt64
    ) -> UInt64? {
        let tick = UInt32(truncatingIfNeeded: now >> Self.tickBits)
        minimum = min(minimum, Self.ticks(nanoseconds))
        guard UInt64(tick &- intervalStart) << Self.tickBits >= interval else { return nil }
        let smallest = minimumNanoseconds
        isOverloaded = smallest > target
        intervalStart = tick
        minimum = Self.delayMaximum
        return smallest
    }

    private static func ticks(_ nanoseconds: UInt64) -> UInt32 {
        UInt32(min(nanoseconds >> tickBits, UInt64(delayMaximum)))
    }
}
