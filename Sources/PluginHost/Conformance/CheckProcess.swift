// SPDX-License-Identifier: Apache-2.0
import CLinux
import Foundation

/// Runs the child of the conformance kit and turns its end into results.
struct CheckProcess {
    /// How long all checks of one plugin may take: ten times the slowest sound plugin.
    private static let timeLimitSeconds = 120

    private let command: PluginCheck.ChildCommand
    private let timeLimitSeconds: Int

    init(
        _ command: PluginCheck.ChildCommand,
        timeLimitSeconds: Int = CheckProcess.timeLimitSeconds
    ) {
        self.command = command
        self.timeLimitSeconds = timeLimitSeconds
    }

    func run() -> [CheckResult] {
        guard let child = spawn() else {
            return [CheckResult("child process", .fail, "cannot start \(command.executable)")]
        }
        let (lines, isOutOfTime) = readLines(from: child.output)
        close(child.output)
        if isOutOfTime { kill(child.process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child.process, &status, 0) < 0 && errno == EINTR {}
        return Self.results(
            of: lines,
            status: status,
            isOutOfTime: isOutOfTime,
            timeLimitSeconds: timeLimitSeconds
        )
    }

    /// What the child found, and how it ended when it did not say `finished`.
    static func results(
        of lines: [Substring],
        status: Int32,
        isOutOfTime: Bool,
        timeLimitSeconds: Int = CheckProcess.timeLimitSeconds
    ) -> [CheckResult] {
        let events = lines.compactMap {
            try? JSONDecoder().decode(CheckEvent.self, from: Data($0.utf8))
        }
        let results = events.compactMap { if case .result(let result) = $0 { result } else { nil } }
        guard events.last != .finished else { return results }
        let running = events.compactMap { if case .started(let name) = $0 { name } else { nil } }
            .last
        let signal = status & 0x7f
        let end =
            if isOutOfTime {
                "did not end within \(timeLimitSeconds) s"
            } else if signal != 0 {
                "ended the process by signal \(signal) (\(String(cString: strsignal(signal))))"
            } else {
                "ended the process with exit code \(status >> 8 & 0xff)"
            }
        return results + [CheckResult(running ?? "child process", .fail, end)]
    }

    private func spawn() -> (process: pid_t, output: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], PluginCheck.resultDescriptor)
        // A client's connection that the child kept would stay open after the gateway has closed it.
        _ = linux_spawn_close_from(&actions, PluginCheck.resultDescriptor + 1)
        var arguments = ([command.executable] + command.arguments).map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process = pid_t()
        guard posix_spawn(&process, command.executable, &actions, nil, &arguments, environ) == 0
        else {
            close(ends[0])
            return nil
        }
        return (process, ends[0])
    }

    /// Everything the child writes until it closes its end or its time is up.
    private func readLines(from descriptor: Int32) -> (lines: [Substring], isOutOfTime: Bool) {
        let end = MonotonicClock.nanoseconds + UInt64(timeLimitSeconds) * 1_000_000_000
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let now = MonotonicClock.nanoseconds
            guard now < end else { return (Self.lines(bytes), true) }
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, Int32((end - now) / 1_000_000) + 1) > 0 else { continue }
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return (Self.lines(bytes), false) }
            bytes += chunk.prefix(count)
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
