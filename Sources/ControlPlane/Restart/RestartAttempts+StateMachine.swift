// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import SocketActivation

/// The attempts to hand over to another process: one at a time, none after one succeeded.
///
/// Pure: the time is an argument.
struct RestartAttempts {
    /// The last attempt; nil before the first.
    private(set) var status: GatewayStatus.Restart?

    /// Begins an attempt unless one is under way or has succeeded.
    mutating func begin(at now: Timestamp) -> Bool {
        switch status?.state {
        case .starting, .handedOver: return false
        case .failed, nil:
            status = .init(state: .starting, at: now, failures: status?.failures ?? 0)
            return true
        }
    }

    /// The successor was started.
    mutating func started(_ successor: Int32) {
        status?.successor = successor
    }

    /// The attempt ended with a successor that serves.
    mutating func succeed(at now: Timestamp) {
        status?.state = .handedOver
        status?.at = now
    }

    /// The attempt ended, and nothing else changed.
    mutating func fail(_ message: String, at now: Timestamp) {
        status?.state = .failed
        status?.at = now
        status?.message = message
        status?.failures += 1
    }
}
