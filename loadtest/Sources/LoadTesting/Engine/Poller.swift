// SPDX-License-Identifier: Apache-2.0
import CEpoll
import Glibc

/// Waits for sockets, and no longer than asked to the nanosecond.
///
/// Concurrency: confined to one thread, but for `waker`.
final class Poller {
    /// What can be done with a socket.
    struct Readiness: OptionSet {
        let rawValue: UInt32

        /// Bytes or the end of the stream can be read.
        static let read = Readiness(rawValue: EPOLLIN.rawValue)
        /// Bytes can be written, or connecting has ended.
        static let write = Readiness(rawValue: EPOLLOUT.rawValue)
        /// The connection is broken.
        static let broken = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    }

    /// Sockets told of at a time: few, so that a request that falls due meanwhile is not late.
    private static let eventsMaximum = 16
    /// The token of the waker, which no socket has.
    private static let wakerToken = UInt64.max

    /// Ends a wait from another thread.
    let waker: Waker

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: eventsMaximum)

    /// - Throws: `LoadTestError` when the process has no descriptor left.
    init() throws {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw LoadTestError.systemCall("epoll_create1", errno) }
        waker = try Waker()
        watch(waker.descriptor, token: Self.wakerToken, for: .read)
    }

    deinit { close(descriptor) }

    /// Begins to watch a socket; false when the system cannot.
    @discardableResult
    func watch(_ socket: Int32, token: UInt64, for readiness: Readiness) -> Bool {
        control(EPOLL_CTL_ADD, socket, token, readiness)
    }

    /// Watches a socket for something else.
    func change(_ socket: Int32, token: UInt64, to readiness: Readiness) {
        _ = control(EPOLL_CTL_MOD, socket, token, readiness)
    }

    /// Waits until a socket is ready, the time has passed or the waker was used.
    ///
    /// - Returns: how many sockets were ready.
    func wait(nanoseconds: UInt64, _ body: (UInt64, Readiness) -> Void) -> Int {
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000)
        )
        let count = events.withUnsafeMutableBufferPointer {
            epoll_pwait2(descriptor, $0.baseAddress, Int32($0.count), &time, nil)
        }
        for index in 0..<max(0, Int(count)) {
            let event = events[index]
            if event.data.u64 == Self.wakerToken { continue }
            body(event.data.u64, Readiness(rawValue: event.events))
        }
        return max(0, Int(count))
    }

    private func control(
        _ operation: Int32,
        _ socket: Int32,
        _ token: UInt64,
        _ readiness: Readiness
    ) -> Bool {
        var event = epoll_event()
        event.events = readiness.rawValue
        event.data.u64 = token
        return epoll_ctl(descriptor, operation, socket, &event) == 0
    }
}
