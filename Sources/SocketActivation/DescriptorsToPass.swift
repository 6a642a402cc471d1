// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// Descriptors that a started program has from a number on; it inherits no other but the standard
/// three.
struct DescriptorsToPass: ~Copyable {
    private let first: Int32
    /// Copies above every number they will have, so that none is overwritten before its turn.
    private var copies: [Int32] = []

    init(first: Int32) {
        self.first = first
    }

    deinit { for copy in copies { close(copy) } }

    mutating func add(_ descriptors: [Int32]) throws {
        let firstFree = first + Int32(PassedDescriptors.countMaximum)
        for descriptor in descriptors {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, firstFree)
            guard copy >= 0 else { throw SystemError("pass descriptor \(descriptor)") }
            copies.append(copy)
        }
    }

    /// Starts a program with default signal handling; returns its process id.
    func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (offset, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, first + Int32(offset))
        }
        _ = linux_spawn_close_from(&actions, first + Int32(copies.count))
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.resetSignals(&attributes)
        var identifier: pid_t = 0
        let code = withCStrings(arguments) { arguments in
            withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&identifier, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemError("start \(path)", code: code) }
        return identifier
    }

    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }
}

/// Calls `body` with a null-terminated list of C strings.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
