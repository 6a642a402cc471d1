// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The conformance kit: tries a plugin against the rules of sluice_plugin.h.
///
/// What only reads the file runs here. What runs the plugin's code runs in a child process, so that a
/// crash is a failed check.
package enum PluginCheck {
    /// The command that runs the second half of the kit, usually the same executable again with a
    /// hidden flag; it must call `runChild`.
    package struct ChildCommand: Sendable {
        let executable: String
        let arguments: [String]

        /// A command by its path and its arguments after the name.
        package init(executable: String, arguments: [String]) {
            self.executable = executable
            self.arguments = arguments
        }
    }

    /// Where the child writes its results: above the standard streams, which belong to the plugin.
    package static let resultDescriptor: Int32 = 3

    /// Runs every check of the plugin at `path`.
    ///
    /// Without a `child` the plugin's code runs in this process. `settingsJSON` is what `load` gets.
    package static func run(
        path: String,
        settingsJSON: String = "{}",
        child: ChildCommand? = nil
    ) -> [CheckResult] {
        let results = StaticChecks.run(path: path)
        guard !results.contains(where: { $0.outcome == .fail }) else { return results }
        if let child { return results + CheckProcess(child).run() }
        var dynamic: [CheckResult] = []
        DynamicChecks(path: path, settingsJSON: settingsJSON).run { event in
            if case .result(let result) = event { dynamic.append(result) }
        }
        return results + dynamic
    }

    /// Runs a command that tells its steps through a `ProbeReport`, and answers how they ended.
    ///
    /// Waits for its end, at most `timeLimitSeconds`.
    package static func runProcess(
        _ command: ChildCommand,
        timeLimitSeconds: Int
    ) -> [CheckResult] {
        CheckProcess(command, timeLimitSeconds: timeLimitSeconds).run()
    }

    /// The child's half: runs the plugin's code and writes what it finds to `resultDescriptor`.
    package static func runChild(path: String, settingsJSON: String = "{}") {
        DynamicChecks(path: path, settingsJSON: settingsJSON).run { event in
            event.write(to: resultDescriptor)
        }
    }
}

/// What passes from the child to the parent, one line of JSON each.
enum CheckEvent: Codable, Equatable {
    case started(String)
    case result(CheckResult)
    case finished

    func write(to descriptor: Int32) {
        guard var line = try? JSONEncoder().encode(self) else { return }
        line.append(UInt8(ascii: "\n"))
        let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        assert(written == line.count)
    }
}
