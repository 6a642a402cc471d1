// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

extension ExitCode {
    /// The configuration is wrong (`EX_CONFIG`).
    static let badConfiguration = ExitCode(78)
}

/// Where commands talk: everything that is not data.
enum StandardError {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether diagnostics may be colored.
    static var takesColor: Bool {
        isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
}

/// Runs a command's work; an error becomes one line and exit code 1.
func reporting(_ work: () throws -> Void) throws {
    do {
        try work()
    } catch let error as ExitCode {
        throw error
    } catch {
        StandardError.write("error: \(error)")
        throw ExitCode.failure
    }
}

/// Writes a value as readable JSON to standard output.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .iso8601
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
