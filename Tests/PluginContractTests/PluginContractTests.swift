// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import PluginHost
import TestSupport
import Testing

/// What every plugin this build made must keep, whoever wrote it.
struct PluginContractTests {
    /// Libraries that would bring Foundation or its ICU data into the gateway.
    private static let foundation = ["libFoundation", "lib_Foundation"]

    /// The least settings of a handler that cannot do without any.
    private static let settings = ["libErraticPlugin.so": #"{"mode":"ok"}"#]

    @Test func everyPluginFolderWasBuilt() throws {
        let expected = try PluginFolder.all().map { "lib\($0.product).so" }
        #expect(BuiltPlugin.all.map { ($0 as NSString).lastPathComponent } == expected.sorted())
    }

    @Test(arguments: BuiltPlugin.all)
    func exportsItsEntryPointAndNothingElseOfOurs(path: String) throws {
        let inspection = try PluginInspector.inspect(path: path)
        #expect(inspection.exportedSymbols == [PluginInspection.entryPoint])
        #expect(inspection.undefinedSymbols == [])
    }

    @Test(arguments: BuiltPlugin.all)
    func needsNoFoundation(path: String) throws {
        let needed = try PluginInspector.inspect(path: path).neededLibraries
        for library in needed {
            #expect(!Self.foundation.contains { library.hasPrefix($0) }, "needs \(library)")
        }
    }

    @Test(arguments: BuiltPlugin.all)
    func passesTheConformanceKit(path: String) throws {
        let name = (path as NSString).lastPathComponent
        let child = PluginCheck.ChildCommand(
            executable: try BuiltPlugin.executable("plugin-checkee"),
            arguments: [path, Self.settings[name] ?? "{}"]
        )
        let results = PluginCheck.run(path: path, child: child)
        #expect(results.failures == [])
        #expect(results.contains { $0.name == "registration" })
    }

    @Test(arguments: BuiltPlugin.all)
    func isRefusedUnderAnotherHash(path: String) throws {
        #expect(throws: PluginError.self) {
            try Plugin.load(
                path: path,
                expecting: SHA256Digest(hex: String(repeating: "0", count: 64)),
                host: SnapshotHost.services
            )
        }
    }
}
