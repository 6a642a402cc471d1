// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Imports point one way (docs/ARCHITECTURE.md).
struct ImportTests {
    /// What each target of ours may import of ours: the table of docs/ARCHITECTURE.md.
    private static let allowed: [String: [String]] = [
        "CSluice": [], "CLinux": [],
        "SluiceKit": ["CSluice"],
        "Digests": [],
        "SessionNeighbours": [],
        "SocketActivation": ["CLinux"],
        "CTreeKernels": [],
        "TreeEnsembles": ["CTreeKernels"],
        "YAMLDecoding": [],
        "FeatureSnapshots": ["CSluice", "Digests"],
        "SnapshotBuilder": [
            "CSluice", "FeatureSnapshots", "SessionNeighbours", "YAMLDecoding",
        ],
        "Traffic": [],
        "Forecasting": [],
        "PluginHost": ["CLinux", "CSluice", "Digests"],
        "GatewayConfig": ["YAMLDecoding"],
        "GatewayCore": ["CSluice", "Digests", "FeatureSnapshots", "PluginHost", "Traffic"],
        "HTTPEdge": ["GatewayCore", "PluginHost", "SocketActivation"],
        "ControlPlane": [
            "CLinux", "CSluice", "Digests", "FeatureSnapshots", "GatewayConfig", "GatewayCore",
            "PluginHost", "SocketActivation", "Traffic",
        ],
        "sluice": [
            "ControlPlane", "Digests", "FeatureSnapshots", "Forecasting", "GatewayConfig",
            "GatewayCore", "HTTPEdge", "PluginHost", "SessionNeighbours", "SnapshotBuilder",
            "SocketActivation",
            "YAMLDecoding",
        ],
    ]

    /// What the load tester may import of ours: nothing that serves.
    private static let allowedInLoadTester = [
        "Digests", "FeatureSnapshots", "LoadTesting", "SnapshotBuilder", "YAMLDecoding",
    ]

    /// What plugins share with builders and evaluators: libraries that know neither side.
    private static let sharedWithPlugins = ["SessionNeighbours"]

    /// Folders of the request path.
    private static let dataPlane = [
        "Sources/Traffic", "Sources/GatewayCore", "Sources/HTTPEdge",
        "Sources/FeatureSnapshots/Reading", "Sources/PluginHost/Execution", "Sources/SluiceKit",
        "Sources/SessionNeighbours",
    ]

    @Test(arguments: allowed.keys.sorted())
    func targetsImportOnlyWhatIsBelowThem(_ target: String) throws {
        let allowed = Self.allowed[target] ?? []
        for path in Repository.files(in: "Sources/" + target, extensions: "swift") {
            for module in try SourceFile(path).imports
            where Self.allowed.keys.contains(module) && module != target {
                #expect(allowed.contains(module), "\(path) imports \(module)")
            }
        }
    }

    @Test func theLoadTesterKnowsNothingOfTheServer() throws {
        for path in Repository.files(in: "loadtest/Sources", extensions: "swift") {
            let ours = try SourceFile(path).imports.filter(Self.allowed.keys.contains)
            #expect(Set(ours).isSubset(of: Self.allowedInLoadTester), "\(path) imports \(ours)")
        }
    }

    @Test func everyTargetHasARow() throws {
        let targets = Set(
            Repository.files(in: "Sources", extensions: "swift", "c").map {
                String($0.split(separator: "/")[1])
            }
        )
        #expect(targets.isSubset(of: Self.allowed.keys))
        let table = try Repository.text("docs/ARCHITECTURE.md")
        for target in targets.subtracting(["CLinux"]) {
            #expect(table.contains("\n| `\(target)` |"), "docs/ARCHITECTURE.md lacks \(target)")
        }
    }

    @Test func theRequestPathHasNoFoundation() throws {
        let plugins = Repository.files(in: "plugins", extensions: "swift")
            .filter { $0.contains("/Sources/") }
        let paths = Self.dataPlane.flatMap { Repository.files(in: $0, extensions: "swift") }
        for path in paths + plugins {
            let imports = try SourceFile(path).imports
            #expect(!imports.contains { $0.hasPrefix("Foundation") }, "\(path)")
        }
    }

    /// Only C types cross the line between the host and its plugins.
    @Test func pluginsAndTheHostNeverImportEachOther() throws {
        for path in Repository.files(in: "plugins", extensions: "swift")
        where path.contains("/Sources/") {
            let ours = try SourceFile(path).imports.filter(Self.allowed.keys.contains)
            #expect(
                Set(ours).isSubset(of: ["CSluice", "SluiceKit"] + Self.sharedWithPlugins),
                "\(path) imports \(ours)"
            )
        }
    }
}
