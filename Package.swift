// swift-tools-version: 6.3
import Foundation
import PackageDescription

// Settings every Swift target shares: language mode 6, warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// `make fuzz` builds our own code with coverage counters, and an executable around libFuzzer.
let isFuzzing = Context.environment["SLUICE_FUZZ"] != nil
let coverage: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : []

// What runs on the request path is confined to one event loop. Tests, which are debug builds, check
// that accesses do not overlap; a release build does without the checks (decision 0011).
let requestPath: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings + coverage)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        swiftSettings: strict
    )
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals",
    package: "swift-service-lifecycle"
)
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// Imports point one way: C headers → leaves → GatewayConfig → GatewayCore → HTTPEdge and
// ControlPlane → sluice. Leaves never import each other (docs/ARCHITECTURE.md).
let core: [Target] = [
    .target(name: "CSluice"),
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CLinux"),
    library("Digests", ["COpenSSL"]),
    library("SocketActivation", ["CLinux"]),
    library("YAMLDecoding", [yams]),
    .target(name: "CTreeKernels"),
    library("TreeEnsembles", ["CTreeKernels"]),
    library("SluiceKit", ["CSluice"]),
    library("SessionNeighbours", settings: requestPath),
    library("FeatureSnapshots", ["CSluice", "CLMDB", "Digests"]),
    library(
        "SnapshotBuilder",
        ["FeatureSnapshots", "SessionNeighbours", "YAMLDecoding", "CSluice", "CZlib"]
    ),
    library("Traffic"),
    library("Forecasting"),
    library("PluginHost", ["CLinux", "CSluice", "Digests"]),
    library("GatewayConfig", ["YAMLDecoding"]),
    library(
        "GatewayCore",
        ["CSluice", "Digests", "FeatureSnapshots", "Traffic", "PluginHost"],
        settings: requestPath
    ),
    library(
        "HTTPEdge",
        ["GatewayCore", "SocketActivation", nioCore, nioPosix],
        settings: requestPath
    ),
    library(
        "ControlPlane",
        [
            "CLinux", "GatewayCore", "GatewayConfig", "FeatureSnapshots", "PluginHost", "Traffic",
            "Digests", "SocketActivation", hummingbird, hummingbirdCore, logging, nioCore, nioPosix,
            serviceLifecycle, unixSignals,
        ]
    ),
    .executableTarget(
        name: "sluice",
        dependencies: [
            "ControlPlane", "HTTPEdge", "GatewayCore", "GatewayConfig", "PluginHost",
            "FeatureSnapshots", "Forecasting", "SessionNeighbours", "SnapshotBuilder",
            "SocketActivation", "YAMLDecoding", "Digests", argumentParser, logging,
            serviceLifecycle, unixSignals, nioCore, nioPosix,
        ],
        swiftSettings: strict
    ),
]

// MARK: - Load tester

// Beside the gateway, not part of it: it shares the YAML reader and the snapshot's product keys.
let loadTester: [Target] = [
    .systemLibrary(name: "CEpoll", path: "loadtest/Sources/CEpoll"),
    .systemLibrary(
        name: "COpenSSLTLS",
        path: "loadtest/Sources/COpenSSLTLS",
        pkgConfig: "libssl",
        providers: [.apt(["libssl-dev"])]
    ),
    .target(
        name: "LoadTesting",
        dependencies: [
            "CEpoll", "COpenSSLTLS", "CZlib", "Digests", "FeatureSnapshots", "SnapshotBuilder",
            "YAMLDecoding", histogram,
        ],
        path: "loadtest/Sources/LoadTesting",
        swiftSettings: requestPath
    ),
    .executableTarget(
        name: "loadtest",
        dependencies: ["LoadTesting", "YAMLDecoding", argumentParser, hummingbird, logging],
        path: "loadtest/Sources/loadtest",
        swiftSettings: strict
    ),
    .testTarget(
        name: "LoadTestingTests",
        dependencies: [
            "FeatureSnapshots", "GatewayFixtures", "LoadTesting", "TestSupport", "YAMLDecoding",
            "loadtest", nioCore, nioPosix,
        ],
        path: "loadtest/Tests/LoadTestingTests",
        swiftSettings: strict
    ),
]

// MARK: - Benches

// Compiled trees beside the C libraries of their peers, which it loads at run time.
let benches: [Target] = [
    .target(
        name: "CTreePeers",
        path: "docs/benchmarks/trees/CTreePeers",
        linkerSettings: [.linkedLibrary("dl")]
    ),
    .executableTarget(
        name: "tree-bench",
        dependencies: ["CTreePeers", "TreeEnsembles"],
        path: "docs/benchmarks/trees/TreeBench",
        swiftSettings: strict
    ),
]

// MARK: - Tests

let testing: [Target] = [
    .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
    .target(
        name: "SluiceKitTesting",
        dependencies: ["CAllocationCounter", "CSluice", "SluiceKit"],
        path: "Tests/Support/SluiceKitTesting",
        swiftSettings: strict
    ),
    .target(
        name: "TestSupport",
        dependencies: ["CSluice", "FeatureSnapshots", "PluginHost"],
        path: "Tests/Support/TestSupport",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "tree-margins",
        dependencies: ["TreeEnsembles"],
        path: "Tests/Support/TreeMargins",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "snapshot-killee",
        dependencies: ["FeatureSnapshots"],
        path: "Tests/Support/SnapshotKillee",
        swiftSettings: strict
    ),
    .target(
        name: "GatewayFixtures",
        dependencies: [
            "CAllocationCounter", "CSluice", "FeatureSnapshots", "GatewayCore", "PluginHost",
            "TestSupport", "Traffic",
        ],
        path: "Tests/Support/GatewayFixtures",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "allocation-probe",
        dependencies: ["GatewayFixtures"],
        path: "Tests/Support/AllocationProbe",
        swiftSettings: strict
    ),
    .target(
        name: "Simulation",
        dependencies: [
            "CSluice", "FeatureSnapshots", "GatewayCore", "GatewayFixtures", "HTTPEdge",
            "PluginHost", "TestSupport", "Traffic", nioCore, nioEmbedded,
        ],
        path: "Tests/Support/Simulation",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "simulate",
        dependencies: ["Simulation"],
        path: "Tests/Support/Simulate",
        swiftSettings: strict
    ),
    .target(
        name: "PublishingFixtures",
        dependencies: [
            "ControlPlane", "FeatureSnapshots", "GatewayConfig", "GatewayCore", "GatewayFixtures",
            "PluginHost", "SocketActivation", "TestSupport", logging,
        ],
        path: "Tests/Support/PublishingFixtures",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "publication-probe",
        dependencies: ["PublishingFixtures"],
        path: "Tests/Support/PublicationProbe",
        swiftSettings: strict
    ),
    .target(
        name: "FuzzTargets",
        dependencies: [
            "CSluice", "Digests", "FeatureSnapshots", "GatewayConfig", "GatewayCore", "HTTPEdge",
            "PluginHost", "YAMLDecoding",
        ],
        path: "Tests/Fuzz/FuzzTargets",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "plugin-checkee",
        dependencies: ["PluginHost"],
        path: "Tests/Support/PluginCheckee",
        swiftSettings: strict
    ),
    tests(
        "ControlPlaneTests",
        [
            "ControlPlane", "FeatureSnapshots", "GatewayCore", "PublishingFixtures",
            "SocketActivation", "TestSupport", logging, serviceLifecycle, "publication-probe",
        ]
    ),
    tests("DigestsTests", ["Digests"]),
    tests(
        "FeatureSnapshotsTests",
        ["CSluice", "Digests", "FeatureSnapshots", "TestSupport", "CLMDB", "snapshot-killee"]
    ),
    tests("ForecastingTests", ["Forecasting"]),
    tests("GatewayConfigTests", ["GatewayConfig", "YAMLDecoding"]),
    tests("DocsTests", ["GatewayConfig", "TestSupport", "YAMLDecoding"]),
    tests(
        "GatewayCoreTests",
        [
            "CAllocationCounter", "FeatureSnapshots", "GatewayCore", "GatewayFixtures",
            "FuzzTargets", "PluginHost", "TestSupport", "Traffic",
        ]
    ),
    tests("FuzzTests", ["FuzzTargets", "GatewayCore", "HTTPEdge", "TestSupport"]),
    tests("GatewayProcessTests", ["SocketActivation", "TestSupport", "sluice"]),
    tests(
        "HTTPEdgeTests",
        ["CAllocationCounter", "FuzzTargets", "GatewayCore", "HTTPEdge", nioCore]
    ),
    tests(
        "PluginContractTests",
        ["Digests", "GatewayConfig", "PluginHost", "TestSupport", "plugin-checkee"]
    ),
    tests(
        "PluginHostTests",
        ["CSluice", "Digests", "PluginHost", "TestSupport", "plugin-checkee"]
    ),
    tests(
        "SnapshotBuilderTests",
        ["CSluice", "CZlib", "FeatureSnapshots", "SnapshotBuilder", "YAMLDecoding"]
    ),
    tests("SimulationTests", ["Simulation", "TestSupport", "simulate"]),
    tests("SocketActivationTests", ["SocketActivation"]),
    tests("SessionNeighboursTests", ["SessionNeighbours"], exclude: ["Fixtures"]),
    tests("SluiceKitTests", ["CSluice", "SluiceKit", "SluiceKitTesting"]),
    tests("TidyTests", ["TestSupport"]),
    tests("TrafficTests", ["Traffic"]),
    .testTarget(
        name: "TreeEnsemblesTests",
        dependencies: ["CAllocationCounter", "TreeEnsembles", "TestSupport"],
        exclude: ["Fixtures"],
        swiftSettings: strict
    ),
    tests("YAMLDecodingTests", ["YAMLDecoding"]),
]

let fuzzing: [Target] = [
    .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
        name: "sluice-fuzz",
        dependencies: ["CFuzzer", "FuzzTargets"],
        path: "Tests/Fuzz/FuzzRunner",
        swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
    ),
]

// MARK: - Plugins

/// Libraries that the handlers of a plugin share with the builders and evaluators, by folder.
///
/// They know neither the host nor the plugin protocol, and are linked into the plugin.
let sharedLibraries: [String: [Target.Dependency]] = [
    "recommendations": ["SessionNeighbours"]
]

/// The targets and the product of every folder in `plugins/`.
///
/// `Sources/<Name>Plugin` is the shared object, `Sources/<Name>Handler` its tested logic,
/// `Sources/<Name>Note` the C file with the ELF note. A plugin in C has the first alone.
struct PluginFolder {
    let path: String
    let targets: [String]
    private let libraries: [Target.Dependency]

    init(_ folder: String) {
        path = "plugins/" + folder
        libraries = sharedLibraries[folder] ?? []
        let sources = Context.packageDirectory + "/" + path + "/Sources"
        targets = ((try? FileManager.default.contentsOfDirectory(atPath: sources)) ?? []).sorted()
    }

    static let all: [PluginFolder] =
        ((try? FileManager.default.contentsOfDirectory(
            atPath: Context.packageDirectory + "/plugins"
        )) ?? [])
        .sorted().map(PluginFolder.init).filter { !$0.targets.isEmpty }

    var products: [Product] {
        targets.filter { $0.hasSuffix("Plugin") }
            .map { .library(name: $0, type: .dynamic, targets: [$0]) }
    }

    var packageTargets: [Target] { targets.map(target(named:)) + testTargets }

    private func target(named name: String) -> Target {
        let sources = path + "/Sources/" + name
        if isC(sources) {
            return .target(
                name: name,
                dependencies: ["CSluice"],
                path: sources,
                publicHeadersPath: name.hasSuffix("Plugin") ? "." : "include"
            )
        }
        let siblings = targets.filter { name.hasSuffix("Plugin") && $0 != name }
        return .target(
            name: name,
            dependencies: ["CSluice", "SluiceKit"] + libraries
                + siblings.map { .init(stringLiteral: $0) },
            path: sources,
            swiftSettings: strict,
            linkerSettings: [
                // The host has loaded the runtime; a path of the toolchain in a release leads nowhere.
                .unsafeFlags(["-no-toolchain-stdlib-rpath"], .when(configuration: .release))
            ]
        )
    }

    private var testTargets: [Target] {
        let handlers = targets.filter { $0.hasSuffix("Handler") }
        guard
            FileManager.default.fileExists(
                atPath: Context.packageDirectory + "/" + path + "/Tests"
            ),
            let handler = handlers.first
        else { return [] }
        return [
            .testTarget(
                name: handler + "Tests",
                dependencies: ["CSluice", "SluiceKit", "SluiceKitTesting"] + libraries
                    + handlers.map { .init(stringLiteral: $0) },
                path: path + "/Tests",
                swiftSettings: strict
            )
        ]
    }

    private func isC(_ sources: String) -> Bool {
        let files = try? FileManager.default.contentsOfDirectory(
            atPath: Context.packageDirectory + "/" + sources
        )
        return files?.contains { $0.hasSuffix(".c") } ?? false
    }
}

let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .executable(name: "loadtest", targets: ["loadtest"]),
    ]
        + PluginFolder.all.flatMap(\.products),
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: core + loadTester + benches + testing + PluginFolder.all.flatMap(\.packageTargets)
        + (isFuzzing ? fuzzing : [])
)
