// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Asks for prices from several threads until it is stopped: as balancers do, over connections that are
/// used until the gateway closes them, or over a new one for each request.
final class LoadGenerator: Sendable {
    struct Report {
        var requestCount = 0
        var failures: [String] = []
        var snapshots: Set<String> = []
    }

    private let port: Int
    private let keepsAlive: Bool
    /// The rungs a request may be answered from without counting as failed.
    private let rungs: Set<String>
    private let report = Mutex(Report())
    private let isStopped = Atomic(false)
    private let runningThreads: Atomic<Int>

    init(
        port: Int,
        threads: Int,
        keepsAlive: Bool = true,
        rungs: Set<String> = ["assigned"]
    ) {
        self.port = port
        self.keepsAlive = keepsAlive
        self.rungs = rungs
        runningThreads = Atomic(threads)
        for number in 0..<threads {
            Thread { [self] in
                run(number)
                runningThreads.subtract(1, ordering: .sequentiallyConsistent)
            }.start()
        }
    }

    /// Waits until some more requests were answered; false when none are.
    func waitForMoreRequests() -> Bool {
        let before = report.withLock { $0.requestCount }
        return Waiting.until { report.withLock { $0.requestCount } > before + 40 }
    }

    func stop() -> Report {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        _ = Waiting.until { runningThreads.load(ordering: .sequentiallyConsistent) == 0 }
        return report.withLock { $0 }
    }

    private func run(_ number: Int) {
        var connection: RawConnection?
        var count = 0
        while !isStopped.load(ordering: .sequentiallyConsistent) {
            count += 1
            do {
                let open = try connection ?? RawConnection(port: port)
                let reply = try ask(open, session: "\(number)-\(count)")
                connection = reply["Connection"] == "close" || !keepsAlive ? nil : open
                try note(reply)
            } catch {
                connection = nil
                report.withLock { $0.failures.append("\(error)") }
            }
        }
    }

    private func ask(_ connection: RawConnection, session: String) throws -> RawReply {
        let cart = RunningGateway.cart([("MUG-1a", 1), ("TEA-4", 2)], session: session)
        try connection.send(RunningGateway.postBytes("/v1/prices", cart))
        return try connection.readReply()
    }

    /// On a busy machine a slow handler moves to a pool, whose queue may refuse a call.
    private func isExpected(_ reply: RawReply) -> Bool {
        rungs.contains(reply["Sluice-Rung"] ?? "") || reply["Sluice-Reason"] == "overloaded"
    }

    private func note(_ reply: RawReply) throws {
        guard let snapshot = try? reply.json()["snapshot"] as? String else {
            throw ProcessFailure("\(reply.status) \(reply.text)")
        }
        report.withLock {
            $0.requestCount += 1
            $0.snapshots.insert(snapshot)
            if reply.status != 200 || !isExpected(reply) {
                $0.failures.append("\(reply.status) \(reply.text)")
            }
        }
    }
}
