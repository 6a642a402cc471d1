// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The tutorial plugin, changed and compiled again.
enum CPlugin {
    static let header = "Sources/CSluice/include/sluice_plugin.h"
    static let source = "plugins/minimal-c/Sources/MinimalCPlugin/minimal.c"

    /// Compiles one that never finishes to bind its second snapshot.
    static func hangingInItsSecondBind(in folder: TemporaryFolder) throws -> String {
        try compile(
            in: folder,
            replacing: "binding_t *made = malloc",
            with: "static int binds; extern int usleep(unsigned); "
                + "while (binds >= 1) usleep(1000); binds++; binding_t *made = malloc"
        )
    }

    /// Compiles the plugin into a folder; replacements apply to the header and the source.
    static func compile(
        in folder: TemporaryFolder,
        replacing old: String,
        with new: String
    ) throws -> String {
        for file in [header, source] {
            let path = Products.root.appending(path: file)
            let text = try String(contentsOf: path, encoding: .utf8)
            try folder.write(
                path.lastPathComponent,
                text.replacingOccurrences(of: old, with: new)
            )
        }
        let plugin = folder.path + "/libChangedPlugin.so"
        let output = try SluiceProcess.run(
            [
                "-std=c11", "-fPIC", "-shared", "-fvisibility=hidden", "-I", folder.path,
                folder.path + "/minimal.c", "-o", plugin,
            ],
            executable: URL(filePath: "/usr/bin/cc")
        )
        guard output.status == 0 else { throw ProcessFailure(output.standardError) }
        return plugin
    }

    /// A plugin of a host that does not exist yet.
    static func ofNextABI(in folder: TemporaryFolder) throws -> String {
        try compile(
            in: folder,
            replacing: "#define SLUICE_ABI_MAJOR 1u",
            with: "#define SLUICE_ABI_MAJOR 2u"
        )
    }

    /// A plugin that ends its process in the first call.
    static func crashing(in folder: TemporaryFolder) throws -> String {
        try compile(
            in: folder,
            replacing: "for (uint32_t i = 0; i < count; i++) calls[i]->status",
            with: "__builtin_trap(); for (uint32_t i = 0; i < count; i++) calls[i]->status"
        )
    }
}
