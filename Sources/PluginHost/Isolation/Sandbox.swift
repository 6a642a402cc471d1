// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// What a worker gave up before it loaded its plugin, and what this kernel could not take.
package struct SandboxReport: Hashable, Sendable, Codable {
    /// What is in force, such as `seccomp`.
    package let active: [String]
    /// What is not, and why.
    package let missing: [String]
}

/// Makes this process unable to do more than read a few files and compute.
enum Sandbox {
    /// Open files a worker may have: the snapshots', the artifact's, and a few of its own.
    private static let openFilesMax: UInt64 = 256
    /// What the plugin, its libraries and the runtime read.
    private static let systemPaths = [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
        "/proc/self", "/sys/devices/system/cpu", "/dev/null", "/dev/urandom",
    ]

    /// Takes everything away that this kernel can take.
    ///
    /// What it cannot is in the report, and no reason to fail: the rest still holds. Must run before
    /// the first thread starts that will execute the plugin.
    static func enter(memoryBytes: UInt64, readablePaths: [String]) -> SandboxReport {
        var active: [String] = []
        var missing: [String] = []
        func step(_ name: String, _ status: Int32) {
            if status == 0 {
                active.append(name)
            } else {
                missing.append("\(name): \(String(cString: strerror(errno)))")
            }
        }
        step("limits", linux_sandbox_limit(memoryBytes, openFilesMax))
        step("no-new-privileges", linux_sandbox_keep_privileges())
        let version = linux_landlock_version()
        if version > 0 {
            step("landlock-\(version)", restrictFiles(to: systemPaths + readablePaths))
        } else {
            missing.append("landlock: this kernel has none")
        }
        step("no-capabilities", linux_sandbox_drop_capabilities())
        step("seccomp", linux_seccomp_restrict())
        return SandboxReport(active: active, missing: missing)
    }

    private static func restrictFiles(to paths: [String]) -> Int32 {
        var names = paths.map { UnsafePointer(strdup($0)) }
        defer { names.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        return linux_landlock_restrict(&names, names.count)
    }
}
