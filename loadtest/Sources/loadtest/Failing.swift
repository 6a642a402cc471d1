// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Errors as a command line tells them.
enum Failing {
    /// Runs the work; an error that is no exit code becomes one line and exit code 1.
    static func reporting<Result>(_ work: () throws -> Result) throws -> Result {
        do { return try work() } catch { throw exitCode(error) }
    }

    /// Runs the work; an error that is no exit code becomes one line and exit code 1.
    static func reporting<Result>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch { throw exitCode(error) }
    }

    private static func exitCode(_ error: any Error) -> ExitCode {
        if let code = error as? ExitCode { return code }
        StandardError.write("error: \(error)")
        return .failure
    }
}
