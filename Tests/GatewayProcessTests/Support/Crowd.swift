// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Clients that each ask again as soon as they are answered, over a connection of their own.
final class Crowd: Sendable {
    struct Replies {
        var statuses: [Int: Int] = [:]
        /// Of each kind by status.
        var checkouts: [Int: Int] = [:]
        var widgets: [Int: Int] = [:]
        var rungs: [String: Int] = [:]
        var reasons: [String: Int] = [:]
        var retryAfter: Set<String> = []
        var failures: [String] = []
        /// What was asked for beside the crowd.
        var probe: Int?

        /// Share of the checkouts that were answered.
        var answeredCheckouts: Double { Self.answered(checkouts) }
        /// Share of the other requests that were answered.
        var answeredWidgets: Double { Self.answered(widgets) }

        private static func answered(_ statuses: [Int: Int]) -> Double {
            Double(statuses[200] ?? 0) / Double(max(statuses.values.reduce(0, +), 1))
        }
    }

    private let port: Int
    private let clients: Int
    private let seconds: Double
    private let request: @Sendable (_ client: Int, _ number: Int) -> String
    private let replies = Mutex(Replies())

    init(
        _ gateway: RunningGateway,
        clients: Int,
        seconds: Double,
        request: @escaping @Sendable (_ client: Int, _ number: Int) -> String
    ) {
        port = gateway.dataPort
        self.clients = clients
        self.seconds = seconds
        self.request = request
    }

    /// Runs the crowd, with `probe` in the midst of it.
    func run(probe: () -> Int? = { nil }) -> Replies {
        let end = Date(timeIntervalSinceNow: seconds)
        let box = Running(running: clients)
        for client in 0..<clients {
            Thread { [self] in
                ask(client, until: end)
                box.count.subtract(1, ordering: .sequentiallyConsistent)
            }.start()
        }
        Thread.sleep(forTimeInterval: seconds / 2)
        let found = probe()
        _ = Waiting.until { box.count.load(ordering: .sequentiallyConsistent) == 0 }
        return replies.withLock {
            $0.probe = found
            return $0
        }
    }

    private func ask(_ client: Int, until end: Date) {
        do {
            let connection = try RawConnection(port: port)
            var number = 0
            while Date() < end {
                let bytes = request(client, number)
                try connection.send(bytes)
                note(try connection.readReply(), isCheckout: bytes.hasPrefix("POST /v1/prices"))
                number += 1
            }
        } catch {
            replies.withLock { $0.failures.append("\(error)") }
        }
    }

    private func note(_ reply: RawReply, isCheckout: Bool) {
        replies.withLock {
            $0.statuses[reply.status, default: 0] += 1
            if isCheckout {
                $0.checkouts[reply.status, default: 0] += 1
            } else {
                $0.widgets[reply.status, default: 0] += 1
            }
            if let rung = reply["Sluice-Rung"] { $0.rungs[rung, default: 0] += 1 }
            if let reason = reply["Sluice-Reason"] { $0.reasons[reason, default: 0] += 1 }
            if let wait = reply["Retry-After"] { $0.retryAfter.insert(wait) }
        }
    }

    private final class Running: Sendable {
        let count: Atomic<Int>

        init(running: Int) { count = Atomic(running) }
    }
}
