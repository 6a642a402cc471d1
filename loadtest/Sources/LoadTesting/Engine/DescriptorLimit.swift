// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How many files and sockets this process may have open.
enum DescriptorLimit {
    /// Descriptors beside the connections: standard streams, loops, files that are read and written.
    private static let others = 64

    /// Raises the limit as far as so many connections need and the system allows.
    ///
    /// What is still missing shows in the run: connections that fail with `out_of_descriptors`.
    static func raise(forConnections connections: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connections + others)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
