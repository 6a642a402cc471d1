// SPDX-License-Identifier: Apache-2.0

/// Where a call is and whether anybody still waits for it.
///
/// A pure value; one byte.
struct CallPhase: Equatable, Sendable {
    enum Place: UInt8 {
        /// With its owner, who may fill, read and reset it.
        case idle
        /// In a pool's queue.
        case queued
        /// Inside the plugin's `execute`.
        case executing
        /// `execute` has returned, `complete` has not come.
        case pending
    }

    let place: Place
    let isAbandoned: Bool

    private static let abandonedBit: UInt8 = 1 << 7

    static let idle = CallPhase(.idle, isAbandoned: false)

    init(_ place: Place, isAbandoned: Bool) {
        self.place = place
        self.isAbandoned = isAbandoned
    }

    init(bits: UInt8) {
        place = Place(rawValue: bits & ~Self.abandonedBit) ?? .idle
        isAbandoned = bits & Self.abandonedBit != 0
    }

    var bits: UInt8 { place.rawValue | (isAbandoned ? Self.abandonedBit : 0) }

    /// The phase after a move forward; nil when the move is not one of the life of a call.
    func moved(to next: Place) -> CallPhase? {
        switch (place, next) {
        case (.idle, .queued): CallPhase(.queued, isAbandoned: false)
        case (.queued, .executing): isAbandoned ? nil : CallPhase(.executing, isAbandoned: false)
        case (.executing, .pending): CallPhase(.pending, isAbandoned: isAbandoned)
        case (.queued, .idle), (.executing, .idle), (.pending, .idle): .idle
        default: nil
        }
    }

    /// The phase after its owner answered elsewhere; nil when there is nothing left to abandon.
    func abandoned() -> CallPhase? {
        place == .idle || isAbandoned ? nil : CallPhase(place, isAbandoned: true)
    }
}
