// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Accepts nothing for a while when the system has no descriptor or memory for a connection.
///
/// NIO's own handler holds the next read back, but a channel whose read failed before it accepted
/// anything stays registered for reading and tries again at once, for ever; without `autoRead` it is
/// not.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let duration: TimeAmount
    private let onFailure: () -> Void

    /// Pauses for `duration` after each failure, and tells of it.
    init(_ duration: TimeAmount, onFailure: @escaping () -> Void) {
        self.duration = duration
        self.onFailure = onFailure
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        onFailure()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        Self.setReading(false, context)
        context.eventLoop.scheduleTask(in: duration) { Self.setReading(true, bound.value) }
    }

    private static func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        // A channel that was closed meanwhile says so.
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }
}
