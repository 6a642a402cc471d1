// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore

/// The socket of a connection, for sending replies without the channel's own queue.
///
/// A reply nearly always fits into the socket's buffer; taking it through the channel's pipeline and
/// its queue of pending writes first costs a microsecond (docs/BENCHMARKS.md). What the kernel does
/// not take is left to the channel.
///
/// Lifetime: valid until the channel becomes inactive or reports an error.
struct ReplySocket {
    /// No socket: sends nothing, as for channels that have none.
    static let none = ReplySocket(descriptor: -1)

    private let descriptor: CInt

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// The socket behind a channel.
    init(of context: ChannelHandlerContext) {
        let handle = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        descriptor = handle ?? -1
    }

    /// How many of the bytes the kernel took; none when it is full or the connection failed, which the
    /// channel will find out.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard descriptor >= 0 else { return 0 }
        let flags = CInt(MSG_DONTWAIT | MSG_NOSIGNAL)
        return max(0, Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags))
    }
}
