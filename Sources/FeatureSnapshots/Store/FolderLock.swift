// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An exclusive `flock` on a folder; the kernel lets go of it when the process dies.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// Waits for the lock.
    init(waitingFor path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SnapshotError.system("open", path) }
        while flock(descriptor, LOCK_EX) != 0 {
            if errno == EINTR { continue }
            let error = SnapshotError.system("flock", path)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Takes the lock; nil when somebody has it or the folder is gone.
    init?(ifFree path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
