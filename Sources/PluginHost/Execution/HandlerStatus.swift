// SPDX-License-Identifier: Apache-2.0

/// How a call of a plugin ended.
///
/// Source: sluice_plugin.h, "Status codes".
package enum HandlerStatus: Int32, Sendable, CustomStringConvertible {
    case pending = -1
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case resourceExhausted = 8
    case failedPrecondition = 9
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15

    /// What an `execute` that ended so says about its model version.
    package enum Verdict: Sendable { case success, failure, ignored }

    /// The status with this number; a number without a name is `unknown`.
    package init(rawValue: Int32) {
        self =
            switch rawValue {
            case -1: .pending
            case 0: .ok
            case 1: .cancelled
            case 3: .invalidArgument
            case 4: .deadlineExceeded
            case 5: .notFound
            case 8: .resourceExhausted
            case 9: .failedPrecondition
            case 11: .outOfRange
            case 12: .unimplemented
            case 13: .internal
            case 14: .unavailable
            case 15: .dataLoss
            default: .unknown
            }
    }

    /// What it says about the model version, for its circuit breaker.
    package var verdict: Verdict {
        switch self {
        case .ok: .success
        case .cancelled, .invalidArgument, .notFound, .unimplemented, .pending: .ignored
        case .unknown, .deadlineExceeded, .resourceExhausted, .failedPrecondition, .outOfRange,
            .internal, .unavailable, .dataLoss:
            .failure
        }
    }

    /// The name as the header writes it, without its prefix.
    package var description: String {
        switch self {
        case .pending: "PENDING"
        case .ok: "OK"
        case .cancelled: "CANCELLED"
        case .unknown: "UNKNOWN"
        case .invalidArgument: "INVALID_ARGUMENT"
        case .deadlineExceeded: "DEADLINE_EXCEEDED"
        case .notFound: "NOT_FOUND"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .outOfRange: "OUT_OF_RANGE"
        case .unimplemented: "UNIMPLEMENTED"
        case .internal: "INTERNAL"
        case .unavailable: "UNAVAILABLE"
        case .dataLoss: "DATA_LOSS"
        }
    }
}
