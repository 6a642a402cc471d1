// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Which file a descriptor or path stands for, whatever its name.
struct FileIdentity: Hashable, Sendable, Codable {
    let device: UInt64
    let inode: UInt64
    let size: Int

    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
    }
}
