// SPDX-License-Identifier: Apache-2.0
import Foundation
import SocketActivation

/// The program that takes this one's place: the same path and arguments, though the file may be
/// another build by then.
package struct SuccessorProgram: Sendable {
    /// Path of the executable.
    package let path: String
    /// What it is called by, then its arguments.
    package let arguments: [String]

    /// This process's own program.
    ///
    /// Call it at the start: the path is what the process was called by, and the system's own path of
    /// the executable where that was found on `PATH`.
    package static func ofThisProcess() -> SuccessorProgram {
        let arguments = CommandLine.arguments
        let name = arguments.first ?? ""
        let path =
            name.contains("/")
            ? URL(filePath: name).path
            : (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? name
        return SuccessorProgram(path: path, arguments: arguments)
    }

    func start(
        data: [ListeningSocket],
        control: ListeningSocket
    ) throws -> Successor {
        try Successor.start(
            path: path,
            arguments: arguments,
            environment: ProcessInfo.processInfo.environment,
            data: data,
            control: control
        )
    }
}
