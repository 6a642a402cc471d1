// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A file with the id of the process that serves.
package struct PIDFile: Sendable {
    /// Its path.
    package let path: String

    /// The file at a path; nothing is written yet.
    package init(path: String) {
        self.path = path
    }

    /// Puts this process's id into the file, in one step, over that of a gateway before it.
    ///
    /// - Throws: `SystemError` when it cannot be written.
    package func write() throws {
        let temporary = "\(path).\(getpid())"
        guard let file = fopen(temporary, "wxe") else { throw SystemError("write \(temporary)") }
        fputs("\(getpid())\n", file)
        guard fclose(file) == 0, rename(temporary, path) == 0 else {
            let error = SystemError("write \(path)")
            unlink(temporary)
            throw error
        }
    }

    /// Removes the file unless it names another process, which serves in this one's place.
    package func remove() {
        guard let file = fopen(path, "re") else { return }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 32)
        guard fgets(&text, Int32(text.count), file) != nil else { return }
        if strtol(text, nil, 10) == Int(getpid()) { unlink(path) }
    }
}
