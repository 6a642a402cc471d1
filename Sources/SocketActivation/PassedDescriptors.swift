// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What the environment says about descriptors that were passed to this process.
///
/// Source: `sd_listen_fds(3)`. A gateway that starts its own successor cannot know that process's id
/// beforehand and names itself in `SLUICE_PREDECESSOR` instead of `LISTEN_PID`.
struct PassedDescriptors: Hashable {
    /// The first passed descriptor: the standard three come before it.
    static let first: Int32 = 3
    /// Descriptors that are taken: a socket for each event loop, and the control socket.
    static let countMaximum = 1_024

    static let count = "LISTEN_FDS"
    static let process = "LISTEN_PID"
    static let names = "LISTEN_FDNAMES"
    static let predecessor = "SLUICE_PREDECESSOR"
    static let variables = [count, process, names, predecessor]

    /// What a descriptor is for.
    enum Purpose: String, CaseIterable {
        /// A listening socket of the data plane; there may be several.
        case data
        /// The listening socket of the control plane.
        case control
        /// The way to tell the gateway before this one that this one is ready.
        case predecessor
    }

    /// The purpose of each descriptor from `first` on.
    let purposes: [Purpose]

    /// Reads the variables; none are meant for a process with another id and another parent.
    init(
        _ environment: [String: String],
        processIdentifier: pid_t,
        parentIdentifier: pid_t
    ) throws(ActivationError) {
        let isMeant =
            environment[Self.process] == "\(processIdentifier)"
            || environment[Self.predecessor] == "\(parentIdentifier)"
        guard isMeant, let text = environment[Self.count] else {
            purposes = []
            return
        }
        guard let count = Int(text), (0...Self.countMaximum).contains(count) else {
            throw ActivationError("\(Self.count) is `\(text)`, expected 0 to \(Self.countMaximum)")
        }
        purposes = try Self.purposes(environment[Self.names] ?? "", count: count)
    }

    private static func purposes(
        _ text: String,
        count: Int
    ) throws(ActivationError) -> [Purpose] {
        let names = text.split(separator: ":", omittingEmptySubsequences: false)
        guard count > 0 else { return [] }
        guard names.count == count else {
            throw ActivationError("\(Self.names) is `\(text)`, expected \(count) names")
        }
        var purposes: [Purpose] = []
        for name in names {
            guard let purpose = Purpose(rawValue: String(name)) else {
                throw ActivationError("\(Self.names) has `\(name)`, expected `data` or `control`")
            }
            purposes.append(purpose)
        }
        for purpose in [Purpose.control, .predecessor]
        where purposes.count(where: { $0 == purpose }) > 1 {
            throw ActivationError("\(Self.names) has `\(purpose.rawValue)` twice")
        }
        return purposes
    }
}

/// Why passed descriptors cannot be used.
package struct ActivationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for the operator.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
