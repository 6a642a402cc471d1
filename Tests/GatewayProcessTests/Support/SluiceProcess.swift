// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestSupport

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
        return root.appending(path: ".build/debug")
    }()

    static let sluice = folder.appending(path: "sluice")

    static func plugin(_ name: String) -> String {
        folder.appending(path: "lib\(name).so").path
    }

    /// The folder of these tests.
    static let tests = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The checkout the tests were built from.
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()

    /// What `sha256sum` says of a file.
    static func sha256(of path: String) throws -> String {
        let output = try SluiceProcess.run([path], executable: URL(filePath: "/usr/bin/sha256sum"))
        return String(output.standardOutput.prefix(64))
    }
}

/// Why a test could not do what it is about to check.
struct ProcessFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// One run of the `sluice` executable to its end.
enum SluiceProcess {
    struct Output {
        var status: Int32
        var standardOutput: String
        var standardError: String

        func json() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(standardOutput.utf8)) as? [String: Any]
                ?? [:]
        }
    }

    static func run(
        _ arguments: [String],
        executable: URL = Products.sluice,
        environment: [String: String] = [:]
    ) throws -> Output {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let error = Pipe()
        process.standardOutput = output
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        try process.start()
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
