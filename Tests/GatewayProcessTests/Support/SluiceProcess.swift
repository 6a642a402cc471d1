// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// The built products, beside the test bundle.
enum Products {
    static let folder: URL = {
        // The test executable lies in the folder of the build configuration, or in a bundle inside it.
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<6 {
            if FileManager.default.isExecutableFile(atPath: folder.appending(path: "sluice").path) {
                return folder
            }
            folder.deleteLastPathComponent()
        }
        return URL(filePath: ".build/debug")
    }()

    static func plugin(_ name: String) -> String {
        folder.appending(path: "lib\(name).so").path
    }

    /// The checkout the tests were built from.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
}

/// One run of the `sluice` executable.
final class SluiceProcess {
    struct Output {
        var status: Int32
        var standardOutput: String
        var standardError: String
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> Output {
        let process = Process()
        process.executableURL = Products.folder.appending(path: "sluice")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let error = Pipe()
        process.standardOutput = output
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let errorText = Mutex("")
        let reader = Thread {
            let data = error.fileHandleForReading.readDataToEndOfFile()
            errorText.withLock { $0 = String(decoding: data, as: UTF8.self) }
        }
        reader.start()
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        while !reader.isFinished { Thread.sleep(forTimeInterval: 0.001) }
        return Output(
            status: process.terminationStatus,
            standardOutput: String(decoding: outputData, as: UTF8.self),
            standardError: errorText.withLock { $0 }
        )
    }
}

/// A serving gateway on ports of its own, stopped when released.
final class RunningGateway {
    let process = Process()
    private(set) var dataPort = 0
    private(set) var controlPort = 0
    private let log: LogCollector

    init(config: String, environment: [String: String] = [:]) throws {
        let error = Pipe()
        process.executableURL = Products.folder.appending(path: "sluice")
        process.arguments = ["serve", "--config", config, "--port", "0", "--control-port", "0"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        log = LogCollector(error.fileHandleForReading)
        try process.run()
        log.start()
        let listening = try waitForLog("listening")
        dataPort = listening["data_port"] as? Int ?? 0
        controlPort = listening["control_port"] as? Int ?? 0
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    var logText: String { log.text }

    /// The first log line with that message, waiting up to `seconds` for it.
    @discardableResult
    func waitForLog(
        _ message: String,
        occurrence: Int = 1,
        seconds: Double = 30
    ) throws -> [String: Any] {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            let lines = log.lines.filter { $0["msg"] as? String == message }
            if lines.count >= occurrence { return lines[occurrence - 1] }
            if !process.isRunning && log.isFinished { break }
            Thread.sleep(forTimeInterval: 0.005)
        }
        throw RawConnection.Failure(description: "no log line '\(message)' in:\n\(log.text)")
    }

    /// Sends SIGTERM and returns the exit status.
    func terminate() -> Int32 {
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        return process.terminationStatus
    }

    func get(_ target: String, headers: String = "") throws -> RawReply {
        try request("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n", port: dataPort)
    }

    func control(_ target: String) throws -> RawReply {
        try request(
            "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            port: controlPort
        )
    }

    func post(_ target: String, _ body: String, headers: String = "") throws -> RawReply {
        try request(Self.postBytes(target, body, headers: headers), port: dataPort)
    }

    static func postBytes(_ target: String, _ body: String, headers: String = "") -> String {
        "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    private func request(_ bytes: String, port: Int) throws -> RawReply {
        let connection = try RawConnection(port: port)
        try connection.send(bytes)
        return try connection.readReply()
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
