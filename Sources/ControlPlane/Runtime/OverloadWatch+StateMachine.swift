// SPDX-License-Identifier: Apache-2.0

/// Tells when overload begins and ends, at most once in some seconds.
///
/// A pure state machine; times are monotonic nanoseconds.
struct OverloadWatch: Equatable, Sendable {
    /// What an operator should hear of.
    enum Event: Equatable, Sendable {
        case began
        case ended(afterNanoseconds: UInt64)
    }

    /// Calm this long ends an overload: a shorter pause belongs to it.
    static let calmNanoseconds: UInt64 = 5_000_000_000

    private var began: UInt64?
    private var lastOverloaded: UInt64 = 0
    private var overloadCount: UInt64 = 0

    /// Takes in whether any loop is overloaded now, and how often any has been.
    mutating func look(isOverloaded: Bool, overloadCount: UInt64, now: UInt64) -> Event? {
        let isAgain = overloadCount > self.overloadCount
        self.overloadCount = overloadCount
        if isOverloaded || isAgain {
            lastOverloaded = now
            guard began == nil else { return nil }
            began = now
            return .began
        }
        guard let start = began, now - lastOverloaded >= Self.calmNanoseconds else { return nil }
        began = nil
        return .ended(afterNanoseconds: lastOverloaded - start)
    }
}
