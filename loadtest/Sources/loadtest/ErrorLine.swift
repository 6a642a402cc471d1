// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// How a command that did not work ends.
enum ErrorLine {
    /// Runs the work; an error becomes one line and exit code 1.
    static func reporting<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch {
            StandardError.write("error: \(error)")
            throw ExitCode.failure
        }
    }
}
