// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Where log lines go: one write for each line, which never waits for a reader.
///
/// A line that cannot be written at once is dropped and counted, so a full pipe or a closed terminal
/// costs log lines and not requests.
package final class LogOutput: Sendable {
    /// Longest line in bytes: PIPE_BUF, up to which a write to a pipe is whole and, when `poll` says
    /// there is room, does not block.
    package static let lineLengthMax = 4_096

    private let descriptor: Int32
    // Counts dropped lines. Held over poll and write, so no other thread takes the room in between.
    private let dropped = Mutex<UInt64>(0)

    /// Writes to an open descriptor, which stays the caller's.
    ///
    /// Ignores SIGPIPE in the process from now on: a reader that went away is an error of the write.
    package init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
        signal(SIGPIPE, SIG_IGN)
    }

    /// Lines that could not be written.
    package var droppedLineCount: UInt64 { dropped.withLock { $0 } }

    /// Writes one line, which brings its own line feed.
    func write(_ line: [UInt8]) {
        dropped.withLock { dropped in
            if !isWritable || !writeOnce(line) { dropped += 1 }
        }
    }

    private var isWritable: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) == 1 && request.revents & Int16(POLLOUT) != 0
    }

    private func writeOnce(_ line: [UInt8]) -> Bool {
        while true {
            let written = Glibc.write(descriptor, line, line.count)
            if written >= 0 || errno != EINTR { return written == line.count }
        }
    }
}
