// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The shared objects this build made.
package enum BuiltPlugin {
    /// A plugin that should have been built and is not there.
    package struct Missing: Error {
        /// The file's name.
        package let name: String
    }

    /// The path of a plugin's shared object, beside the test binary.
    ///
    /// - Throws: `Missing`.
    package static func path(_ product: String) throws -> String {
        let name = "lib\(product).so"
        guard let path = all.first(where: { $0.hasSuffix("/" + name) }) else {
            throw Missing(name: name)
        }
        return path
    }

    /// The path of an executable of the package, beside the plugins.
    ///
    /// - Throws: `Missing`.
    package static func executable(_ name: String) throws -> String {
        guard let plugin = all.first else { throw Missing(name: name) }
        return (plugin as NSString).deletingLastPathComponent + "/" + name
    }

    /// The paths of every plugin beside the test binary, in order.
    package static let all: [String] = {
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let candidates =
            Bundle.allBundles.map(\.bundleURL) + [executable]
            + CommandLine.arguments.map { URL(fileURLWithPath: $0) }
        return candidates.lazy.map { plugins(in: $0.deletingLastPathComponent().path) }
            .first { !$0.isEmpty } ?? []
    }()

    private static func plugins(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasPrefix("lib") && $0.hasSuffix("Plugin.so") }
            .sorted().map { folder + "/" + $0 }
    }
}
