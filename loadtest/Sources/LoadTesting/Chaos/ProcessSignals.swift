// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Signals to processes that a file names.
enum ProcessSignals {
    /// The process id in a file; never our own, nor a group.
    static func pid(in file: String) throws(ChaosError) -> pid_t {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            pid > 1, pid != getpid()
        else { throw ChaosError("\(file) holds no process id") }
        return pid
    }

    /// Sends a signal; 0 only asks whether it could be sent.
    static func send(_ signal: Int32, to pid: pid_t) throws(ChaosError) {
        guard kill(pid, signal) == 0 else {
            throw ChaosError("process \(pid): \(String(cString: strerror(errno)))")
        }
    }

    /// The first worker process of a gateway: a child with `worker` among its arguments.
    static func worker(of parent: pid_t) throws(ChaosError) -> pid_t {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let children = names.compactMap { pid_t($0) }.sorted().filter { isChild($0, of: parent) }
        guard let worker = children.first(where: isWorker) else {
            throw ChaosError("process \(parent) has no worker process")
        }
        return worker
    }

    private static func isChild(_ pid: pid_t, of parent: pid_t) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").contains { line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            return fields.count == 2 && fields[0] == "PPid:" && fields[1] == "\(parent)"
        }
    }

    private static func isWorker(_ pid: pid_t) -> Bool {
        let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        return bytes.split(separator: 0).contains { $0.elementsEqual("worker".utf8) }
    }
}
