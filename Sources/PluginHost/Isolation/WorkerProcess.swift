// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// How a worker process is started, usually as the same executable with a hidden subcommand that
/// calls `IsolatedWorker.run`.
package struct WorkerCommand: Hashable, Sendable {
    let executable: String
    let arguments: [String]

    /// A command by its path and its arguments after the name; a nonce is added as the last one.
    package init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The descriptor a worker finds its connection at.
    package static let connectionDescriptor: Int32 = 3
}

/// A worker process that runs.
///
/// Lifetime: must be reaped before it is released. Concurrency: its supervisor's thread, which must
/// be the one that starts it and outlive it: the kernel kills the process when that thread ends.
final class WorkerProcess {
    /// How a process ended.
    struct Ending {
        let status: Int32
        /// The most that was resident at once; nil when that is not known.
        let peakResidentBytes: UInt64?

        /// The signal or the exit code, for people.
        var text: String {
            let signal = status & 0x7f
            return signal == 0
                ? "exit code \(status >> 8 & 0xff)"
                : "signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }

    let identifier: pid_t
    /// Becomes readable when the process has ended.
    let watch: Int32
    let connection: WorkerConnection
    let nonce: String
    /// What the kernel counts as the process's peak because it began as a copy of this one.
    private let inheritedPeakBytes: UInt64

    /// What a worker needs of its surroundings; everything else may be a secret.
    private static let environmentNames = [
        "LD_LIBRARY_PATH", "TZ", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
    ]

    /// The runtime's backtrace starts a process, which the sandbox forbids.
    private static let withoutBacktrace = "SWIFT_BACKTRACE=enable=no"

    init(_ command: WorkerCommand) throws(PluginError) {
        nonce = String(UInt64.random(in: .min ... .max), radix: 16)
        var ends: [Int32] = [-1, -1]
        guard linux_socket_pair(&ends) == 0 else { throw Self.failure("make a connection") }
        connection = WorkerConnection(descriptor: ends[0])
        defer { close(ends[1]) }
        identifier = Self.start(command, nonce, ends[1])
        inheritedPeakBytes = Self.ownPeakBytes
        guard identifier > 0 else { throw Self.failure("start \(command.executable)") }
        watch = linux_process_watch(identifier)
        guard watch >= 0 else {
            let failure = Self.failure("watch the process")
            Glibc.kill(identifier, SIGKILL)
            _ = reap()
            throw failure
        }
    }

    deinit { if watch >= 0 { close(watch) } }

    func kill() { _ = linux_process_kill(watch) }

    /// Waits for a process that has ended or was killed.
    func reap() -> Ending {
        var status: Int32 = 0
        var peak: UInt64 = 0
        _ = linux_process_reap(identifier, &status, &peak)
        return Ending(status: status, peakResidentBytes: peak > inheritedPeakBytes ? peak : nil)
    }

    private static var ownPeakBytes: UInt64 {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return UInt64(usage.ru_maxrss) * 1024
    }

    /// Resident memory that is the process's own; nil when it cannot be read.
    var privateBytes: UInt64? {
        var text = [UInt8](repeating: 0, count: 256)
        let file = open("/proc/\(identifier)/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let size = read(file, &text, text.count)
        guard size > 0 else { return nil }
        let fields = String(decoding: text[..<size], as: UTF8.self).split(separator: " ")
            .compactMap { UInt64($0) }
        guard fields.count > 2, fields[1] >= fields[2] else { return nil }
        return (fields[1] - fields[2]) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func start(_ command: WorkerCommand, _ nonce: String, _ socket: Int32) -> pid_t {
        let environment =
            environmentNames.compactMap { name in
                getenv(name).map { "\(name)=\(String(cString: $0))" }
            } + [withoutBacktrace]
        let arguments = [command.executable] + command.arguments + [nonce]
        var words = arguments.map { UnsafePointer(strdup($0)) } + [nil]
        var variables = environment.map { UnsafePointer(strdup($0)) } + [nil]
        defer {
            for word in words + variables { free(UnsafeMutablePointer(mutating: word)) }
        }
        return linux_worker_start(&words, &variables, socket)
    }

    private static func failure(_ what: String) -> PluginError {
        PluginError(.workerFailed, "worker", "cannot \(what): \(String(cString: strerror(errno)))")
    }
}
