// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Asks `/readyz` again and again, on a new connection each time as balancers do, until it is stopped.
final class ReadinessProbes: Sendable {
    private let port: Int
    private let answers = Mutex<[String]>([])
    private let isStopped = Atomic(false)
    private let hasEnded = Atomic(false)

    init(port: Int) {
        self.port = port
        Thread { [self] in
            while !isStopped.load(ordering: .sequentiallyConsistent) {
                let answer = ask()
                answers.withLock { $0.append(answer) }
                Thread.sleep(forTimeInterval: 0.001)
            }
            hasEnded.store(true, ordering: .sequentiallyConsistent)
        }.start()
    }

    /// The status of each answer, or why there was none.
    func stop() -> [String] {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        _ = Waiting.until { hasEnded.load(ordering: .sequentiallyConsistent) }
        return answers.withLock { $0 }
    }

    private func ask() -> String {
        do {
            let connection = try RawConnection(port: port)
            try connection.send(
                "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            return "\(try connection.readReply().status)"
        } catch {
            return "\(error)"
        }
    }
}
