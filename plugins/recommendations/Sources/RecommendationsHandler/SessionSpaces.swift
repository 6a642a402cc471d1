// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import Synchronization

/// Memory for calls that run at once, taken and given back without a lock.
final class SessionSpaces: Sendable {
    /// A space in use.
    struct Taken {
        let memory: SessionSpace
        fileprivate let bit: UInt64
    }

    /// Calls at once: more than a machine of an edge has event loops and pool threads.
    static let count = 16

    // A space belongs to whoever took its bit.
    private nonisolated(unsafe) let spaces: [SessionSpace]
    /// One bit for each space that is free.
    private let free = Atomic<UInt64>((1 << UInt64(count)) - 1)

    init(_ model: SessionModel) {
        spaces = (0..<Self.count).map { _ in SessionSpace(model) }
    }

    /// Takes a free space; nil when there is none.
    func take() -> Taken? {
        var bits = free.load(ordering: .relaxed)
        while bits != 0 {
            let lowest = bits & (0 &- bits)
            let result = free.compareExchange(
                expected: bits,
                desired: bits & ~lowest,
                ordering: .acquiring
            )
            if result.exchanged {
                return Taken(memory: spaces[lowest.trailingZeroBitCount], bit: lowest)
            }
            bits = result.original
        }
        return nil
    }

    /// Gives a space back.
    func giveBack(_ space: Taken) { free.bitwiseOr(space.bit, ordering: .releasing) }
}
