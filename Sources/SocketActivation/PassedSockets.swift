// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The sockets this process was started with, by a service manager or by the gateway before it.
package struct PassedSockets: Sendable {
    /// Listening sockets of the data plane; empty when it has to open its own.
    package private(set) var data: [ListeningSocket] = []
    /// The listening socket of the control plane.
    package private(set) var control: ListeningSocket?
    /// The gateway that this one takes over from.
    package private(set) var predecessor: Predecessor?

    /// Takes what was passed and clears the variables, so that no child takes it once more.
    ///
    /// Call it once, at the start, before any thread reads the environment.
    /// - Throws: `ActivationError` or `SystemError` for what was passed and cannot be used.
    package static func take(from environment: [String: String]) throws -> PassedSockets {
        for variable in PassedDescriptors.variables { unsetenv(variable) }
        let passed = try PassedDescriptors(
            environment,
            processIdentifier: getpid(),
            parentIdentifier: getppid()
        )
        var sockets = PassedSockets()
        for (offset, purpose) in passed.purposes.enumerated() {
            try sockets.take(PassedDescriptors.first + Int32(offset), purpose)
        }
        return sockets
    }

    private mutating func take(
        _ descriptor: Int32,
        _ purpose: PassedDescriptors.Purpose
    ) throws {
        switch purpose {
        case .data: data.append(try ListeningSocket(adopting: descriptor))
        case .control: control = try ListeningSocket(adopting: descriptor)
        case .predecessor: predecessor = Predecessor(descriptor: descriptor)
        }
    }
}
