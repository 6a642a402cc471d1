// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A process that is no child of the tests; killed when released.
final class ForeignProcess {
    let identifier: pid_t

    init(_ identifier: pid_t) {
        self.identifier = identifier
        ServerProcess.killAtExit(identifier)
    }

    deinit { kill(identifier, SIGKILL) }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits until it has ended; whoever inherited it may be slow to take note.
    func waitForExit() -> Bool {
        Waiting.until {
            let path = "/proc/\(identifier)/stat"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return true }
            return text.split(separator: ")").last?.split(separator: " ").first == "Z"
        }
    }

    /// User and system time it has used.
    static func cpuSeconds(_ identifier: pid_t) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)
        let fields = (text.split(separator: ")").last ?? "").split(separator: " ")
        let ticks = [11, 12].compactMap { Double(fields[$0]) }.reduce(0, +)
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
