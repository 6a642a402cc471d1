// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestSupport

/// A `sluice` that runs until it is told to stop; killed when released or when the tests end.
final class ServerProcess: Sendable {
    private static let running = Mutex(Set<pid_t>())
    private static let killAtExit: Void = {
        atexit { ServerProcess.running.withLock { $0.forEach { kill($0, SIGKILL) } } }
    }()

    private let process: Mutex<Process>
    let identifier: pid_t
    private let log: LogCollector

    init(_ arguments: [String], executable: URL = Products.sluice) throws {
        _ = Self.killAtExit
        let process = Process()
        let error = Pipe()
        process.executableURL = executable
        process.arguments = arguments
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        try process.start()
        let identifier = process.processIdentifier
        self.identifier = identifier
        Self.running.withLock { _ = $0.insert(identifier) }
        log = LogCollector(error.fileHandleForReading)
        self.process = Mutex(process)
        log.start()
    }

    deinit {
        process.withLock { if $0.isRunning { kill(identifier, SIGKILL) } }
        _ = waitForExit()
    }

    var logText: String { log.text }

    /// Has a process that took over from this one killed when the tests end.
    static func killAtExit(_ identifier: pid_t) {
        _ = killAtExit
        running.withLock { _ = $0.insert(identifier) }
    }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits for the end and returns the exit status.
    func waitForExit() -> Int32 {
        process.withLock {
            $0.waitUntilExit()
            Self.running.withLock { _ = $0.remove(identifier) }
            return $0.terminationStatus
        }
    }

    /// The log line with that message, waiting for it.
    @discardableResult
    func waitForLog(_ message: String, occurrence: Int = 1) throws -> [String: Any] {
        let deadline = Date(timeIntervalSinceNow: Waiting.secondsMaximum)
        while Date() < deadline {
            let lines = log.lines.filter { $0["msg"] as? String == message }
            if lines.count >= occurrence { return lines[occurrence - 1] }
            if log.isFinished { break }
            Thread.sleep(forTimeInterval: 0.005)
        }
        throw ProcessFailure("no log line '\(message)' in:\n\(log.text)")
    }
}

/// How long tests wait for what must happen.
enum Waiting {
    /// Far beyond any sound run: a hang fails the test instead of the whole run.
    static let secondsMaximum = 120.0

    /// Waits until a condition holds; false when it never does.
    static func until(_ condition: () throws -> Bool) rethrows -> Bool {
        let deadline = Date(timeIntervalSinceNow: secondsMaximum)
        while Date() < deadline {
            if try condition() { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }
}

/// Collects the JSON log lines a process writes to standard error.
private final class LogCollector: Sendable {
    private let handle: FileHandle
    private let bytes = Mutex<(data: Data, finished: Bool)>((Data(), false))

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    func start() {
        Thread { [self] in
            while true {
                let chunk = handle.availableData
                bytes.withLock {
                    $0.data += chunk
                    $0.finished = chunk.isEmpty
                }
                if chunk.isEmpty { return }
            }
        }.start()
    }

    var isFinished: Bool { bytes.withLock { $0.finished } }

    var text: String { bytes.withLock { String(decoding: $0.data, as: UTF8.self) } }

    var lines: [[String: Any]] {
        text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}
