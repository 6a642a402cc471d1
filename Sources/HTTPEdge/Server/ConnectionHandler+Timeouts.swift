// SPDX-License-Identifier: Apache-2.0
import NIOCore

extension ConnectionHandler {
    /// A body's rate is judged only once it had this long to get going.
    private static let rateGracePeriod = TimeAmount.seconds(1)

    /// Whether the client has used up its time for what it is doing.
    func isOverdue(_ now: NIODeadline, _ settings: EdgeSettings) -> Bool {
        if isTakingRepliesTooSlowly(now, settings) { return true }
        let elapsed = now - phaseStart
        switch phase {
        case .idle: return elapsed > settings.idleTimeout
        case .head: return elapsed > settings.headTimeout
        case .body: return elapsed > settings.bodyTimeout || isTooSlow(elapsed, settings)
        case .pending: return false
        // The client may take as long to read the last reply as to send a body.
        case .closing: return elapsed > settings.bodyTimeout
        }
    }

    private func isTakingRepliesTooSlowly(
        _ now: NIODeadline,
        _ settings: EdgeSettings
    ) -> Bool {
        guard replyProgress != nil else { return false }
        return replyProgress?.isTooSlow(
            at: now,
            sentBytes: sentBytes,
            bytesPerSecondMinimum: settings.bodyBytesPerSecondMinimum
        ) ?? false
    }

    private func isTooSlow(_ elapsed: TimeAmount, _ settings: EdgeSettings) -> Bool {
        guard elapsed > Self.rateGracePeriod else { return false }
        let bytesPerSecond = Int64(bodyReader.consumed) * 1_000_000_000 / elapsed.nanoseconds
        return bytesPerSecond < Int64(settings.bodyBytesPerSecondMinimum)
    }
}
