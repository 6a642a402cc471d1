// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Both ends of a local connection; an end that nobody took closes with the object.
final class SocketPair {
    /// The end for another process.
    let theirs: Int32
    private var ours: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw SystemError("connect to the next gateway")
        }
        (ours, theirs) = (ends[0], ends[1])
    }

    deinit {
        close(theirs)
        if ours >= 0 { close(ours) }
    }

    /// Our end, which the caller closes.
    func takeOurs() -> Int32 {
        defer { ours = -1 }
        return ours
    }
}
