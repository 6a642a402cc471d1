// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A server in a process of its own, that signals stop and go on: docs/benchmarks/delaying_server.py.
final class StubProcess {
    private static let python = "/usr/bin/python3"

    /// Whether there is a Python to run it.
    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: python) }

    let port: Int
    private let process = Process()

    var processIdentifier: pid_t { process.processIdentifier }

    /// Starts the server and waits for the line with its port.
    init() throws {
        let output = Pipe()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = [Repository.root + "/docs/benchmarks/delaying_server.py", "0"]
        process.standardOutput = output
        try process.start()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// Kills it, stopped or not.
    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
