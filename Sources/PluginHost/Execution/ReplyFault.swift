// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a reply.
///
/// A reply with a fault is refused whatever `execute` returned.
package enum ReplyFault: UInt8, Error, Sendable {
    /// A line or row that does not exist, or more items than asked for.
    case outOfRange
    /// One line priced twice.
    case setTwice
    /// NaN or infinity for a price or a score.
    case notFinite
    /// A price below zero.
    case negative
    /// A price that, times the quantity, does not fit 64 bits of minor units.
    case overflow
    /// A form, table size, kind of reply or rule count the protocol does not know.
    case malformed
    /// A rule or reason that is not a short printable word.
    case invalidWord
    /// OK although a line has no price.
    case incomplete
    /// Pending on an event loop, where nobody can wait.
    case pendingInline

    var statusForPlugin: HandlerStatus {
        self == .outOfRange ? .outOfRange : .invalidArgument
    }

    /// How the call counts: always against the model version.
    var statusForGateway: HandlerStatus { self == .outOfRange ? .outOfRange : .internal }
}
