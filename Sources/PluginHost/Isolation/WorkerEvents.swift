// SPDX-License-Identifier: Apache-2.0
import CLinux
import Dispatch
import Glibc
import Synchronization

/// What a worker and its supervisor sleep on.
final class WorkerEvents: Sendable {
    /// Wakes the worker for a request.
    let requests: Int32
    /// Wakes the supervisor for a reply.
    let replies: Int32
    /// Wakes the supervisor for an order.
    let orders: Int32

    init() throws(PluginError) {
        (requests, replies, orders) = (
            linux_event_create(), linux_event_create(), linux_event_create()
        )
        guard requests >= 0, replies >= 0, orders >= 0 else {
            throw PluginError(
                .workerFailed,
                "worker",
                "cannot make events: \(String(cString: strerror(errno)))"
            )
        }
    }

    deinit { [requests, replies, orders].filter { $0 >= 0 }.forEach { close($0) } }
}

/// The answer a control thread waits for; given once.
final class WorkerAnswer<Value: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Value, PluginError>?>(nil)

    /// Gives the answer; a second one is dropped.
    func give(_ result: Result<Value, PluginError>) {
        let isFirst = self.result.withLock { known in
            guard known == nil else { return false }
            known = result
            return true
        }
        if isFirst { semaphore.signal() }
    }

    /// Blocks until the answer is there: the supervisor bounds the time.
    func wait() throws(PluginError) -> Value {
        semaphore.wait()
        guard let result = result.withLock({ $0 }) else {
            preconditionFailure("the answer is set before the semaphore")
        }
        return try result.get()
    }
}

/// A thread of our own that is no event loop and no pool.
enum ControlThread {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    static func start(name: String, _ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                linux_thread_set_name(body.name)
                body.run()
                return nil
            },
            Unmanaged.passRetained(Body(name, run)).toOpaque()
        )
        precondition(status == 0, "cannot start a thread: \(String(cString: strerror(status)))")
        pthread_detach(thread)
    }
}
