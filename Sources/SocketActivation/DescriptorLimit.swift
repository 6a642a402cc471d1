// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How many files and sockets this process may have open.
package struct DescriptorLimit: Hashable, Sendable {
    /// Descriptors that no connection gets: listeners, plugins, snapshots, logs, scrapers.
    package static let reserve = 256

    /// The limit in force.
    package let count: Int

    /// Raises the limit as far as this user may.
    package static func raise() -> DescriptorLimit {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return DescriptorLimit(count: 1024) }
        let soft = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(resource, &limit) == 0
        return DescriptorLimit(count: Int(clamping: isRaised ? limit.rlim_max : soft))
    }

    /// Connections that fit beside everything else.
    package var connections: Int { max(0, count - Self.reserve) }
}
