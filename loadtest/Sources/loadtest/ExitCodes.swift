// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

extension ExitCode {
    /// The scenario is wrong (`EX_CONFIG`).
    static let badScenario = ExitCode(78)
    /// A comparison found the second run worse.
    static let regression = ExitCode(97)
    /// The run's numbers do not mean what they seem to.
    static let invalidRun = ExitCode(98)
    /// An objective was missed.
    static let missedObjective = ExitCode(99)
    /// Stopped by Ctrl-C.
    static let interrupted = ExitCode(130)
}

/// Where commands talk: everything that is not data.
enum StandardError {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Whether diagnostics may be colored.
    static var takesColor: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
}
