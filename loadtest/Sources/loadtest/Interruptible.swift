// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation

/// Work that Ctrl-C ends early instead of killing the process.
enum Interruptible {
    /// Runs the work in a task that the first SIGINT or SIGTERM cancels; a second one exits at once.
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task(operation: work)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                if task.isCancelled { exit(130) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        return try await task.value
    }
}
