// SPDX-License-Identifier: Apache-2.0

/// Asks a question that may never be answered, and takes silence for no.
enum LiveProbe {
    /// A healthy loop answers in microseconds; health checks commonly give up after a second.
    static let limit = Duration.milliseconds(800)

    /// What `probe` says within `limit`, else false.
    ///
    /// A probe that hangs is cancelled and left behind.
    static func ask(
        within limit: Duration = limit,
        _ probe: @escaping @Sendable () async -> Bool
    ) async -> Bool {
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        let asking = Task { answer.yield(await probe()) }
        let waiting = Task {
            try? await Task.sleep(for: limit)
            answer.yield(false)
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        return await answers.first { _ in true } ?? false
    }
}
