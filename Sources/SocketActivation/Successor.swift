// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A gateway that this one started to take its place.
///
/// It has the listening sockets from the beginning. It says that it is ready, is told that it may
/// accept, and says that it serves. Lifetime: a successor of which a step was waited for in vain has
/// ended.
package final class Successor: Sendable {
    /// What a successor says on its way.
    package enum Step: Sendable {
        /// It has loaded everything and waits to be told that it may accept.
        case ready
        /// It accepts on every socket.
        case serving

        fileprivate var byte: UInt8 {
            switch self {
            case .ready: Predecessor.readyByte
            case .serving: Predecessor.servingByte
            }
        }
    }

    /// How waiting for a step ended.
    package enum Outcome: Hashable, Sendable {
        /// It said so.
        case reached
        /// It ended by itself, with that `wait` status.
        case ended(status: Int32)
        /// It did not say so in time and was ended.
        case late
    }

    /// Its process id.
    package let processIdentifier: pid_t
    private let descriptor: Int32

    /// Starts a program with the listening sockets.
    ///
    /// - Parameters:
    ///   - path: The executable.
    ///   - arguments: Its arguments, the name it is called by first.
    ///   - environment: Its environment; the variables of socket activation are replaced.
    ///   - data: Sockets of the data plane.
    ///   - control: The socket of the control plane.
    /// - Returns: the started process, which is not ready yet.
    /// - Throws: `SystemError` when it cannot be started.
    package static func start(
        path: String,
        arguments: [String],
        environment: [String: String],
        data: [ListeningSocket],
        control: ListeningSocket
    ) throws -> Successor {
        let channel = try SocketPair()
        var passed = DescriptorsToPass(first: PassedDescriptors.first)
        try passed.add((data + [control]).map(\.descriptor) + [channel.theirs])
        let names = Array(repeating: "data", count: data.count) + ["control", "predecessor"]
        var environment = environment
        for variable in PassedDescriptors.variables { environment[variable] = nil }
        environment[PassedDescriptors.count] = "\(names.count)"
        environment[PassedDescriptors.names] = names.joined(separator: ":")
        environment[PassedDescriptors.predecessor] = "\(getpid())"
        let identifier = try passed.spawn(path, arguments, environment)
        return Successor(processIdentifier: identifier, descriptor: channel.takeOurs())
    }

    private init(processIdentifier: pid_t, descriptor: Int32) {
        self.processIdentifier = processIdentifier
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Waits until it has come to a step, has ended or is late.
    ///
    /// Blocks its thread.
    package func wait(until step: Step, timeoutMilliseconds: Int32) -> Outcome {
        var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = Self.milliseconds() + Int64(timeoutMilliseconds)
        var found: Int32 = -1
        repeat {
            let remaining = Int32(clamping: max(0, deadline - Self.milliseconds()))
            found = poll(&events, 1, remaining)
        } while found < 0 && errno == EINTR
        guard found > 0 else {
            end()
            return .late
        }
        var byte: UInt8 = 0
        if recv(descriptor, &byte, 1, 0) == 1, byte == step.byte { return .reached }
        return .ended(status: end())
    }

    /// Tells a ready one that nobody else accepts from its sockets any more.
    package func acknowledge() {
        var byte = Predecessor.acknowledgement
        _ = send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    /// Tells it to end; for one that `wait` still waits for.
    package func terminate() {
        kill(processIdentifier, SIGTERM)
    }

    /// Ends it for good: what it has loaded serves nobody.
    @discardableResult
    private func end() -> Int32 {
        var status: Int32 = 0
        // It may be ending by itself, with a status that tells more than a signal would.
        for _ in 0..<Self.endingPolls {
            if waitpid(processIdentifier, &status, WNOHANG) == processIdentifier { return status }
            usleep(Self.endingPollMicroseconds)
        }
        kill(processIdentifier, SIGKILL)
        waitpid(processIdentifier, &status, 0)
        return status
    }

    /// A process whose end of the channel has closed is gone within a second.
    private static let endingPolls = 100
    private static let endingPollMicroseconds: UInt32 = 10_000

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
