// SPDX-License-Identifier: Apache-2.0

/// Makes the identifiers of decisions: 32 hexadecimal digits, unique across loops and restarts.
///
/// The first half is drawn once when the loop starts, the second counts its decisions.
struct DecisionIdentifiers {
    /// One identifier, as text without allocation.
    struct Identifier: Equatable {
        /// Drawn when the loop started.
        var origin: UInt64 = 0
        /// How many decisions the loop made before this one.
        var number: UInt64 = 0

        /// Digits of the text form.
        static let textCount = 32
    }

    private let origin: UInt64
    private var number: UInt64 = 0

    init(origin: UInt64) {
        self.origin = origin
    }

    mutating func next() -> Identifier {
        defer { number += 1 }
        return Identifier(origin: origin, number: number)
    }
}
