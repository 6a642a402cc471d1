// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests
import Foundation
import Synchronization

@testable import PluginHost

/// A plugin in C, compiled on first use with the given macros.
enum Fixture {
    static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "sluice-plugin-tests-\(ProcessInfo.processInfo.processIdentifier)"
            )
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }()

    private static let compiled = Mutex<[[String]: String]>([:])

    static let include = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/CSluice/include").path

    /// The path of the shared object; the same macros give the same file.
    static func path(_ macros: String...) throws -> String {
        try compiled.withLock { compiled in
            if let path = compiled[macros] { return path }
            let path = try compile(FixtureSource.plugin, macros, number: compiled.count)
            compiled[macros] = path
            return path
        }
    }

    private static func compile(_ source: String, _ macros: [String], number: Int) throws -> String
    {
        let input = folder.appendingPathComponent("fixture\(number).c")
        let output = folder.appendingPathComponent("fixture\(number).so").path
        // The number makes every build's bytes, and so its image, its own.
        try (source + "\nstatic const int build_number __attribute__((used)) = \(number);\n")
            .write(to: input, atomically: true, encoding: .utf8)
        try cc(
            ["-shared", "-fPIC", "-fvisibility=hidden", "-pthread", "-I", include]
                + macros.map { "-D" + $0 } + [input.path, "-o", output]
        )
        return output
    }

    static func cc(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["cc", "-std=gnu11"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure.compiler(arguments) }
    }

    static func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = folder.appendingPathComponent(name)
        try Data(bytes).write(to: path)
        return path.path
    }

    enum Failure: Error { case compiler([String]) }

    // MARK: Loading

    static func handler(_ macros: String..., log: LogLines = LogLines()) throws
        -> HandlerRegistration
    {
        let path = try compiled.withLock { compiled in
            // A build of its own: a plugin keeps the services it was loaded with first.
            let key = macros + ["load\(compiled.count)"]
            let path = try compile(FixtureSource.plugin, macros, number: compiled.count)
            compiled[key] = path
            return path
        }
        let plugin = try Plugin.load(
            path: path,
            expecting: nil,
            host: SyntheticSnapshot.services(log: log.append)
        )
        guard let handler = plugin.handlers.first else { throw Failure.compiler(macros) }
        return handler
    }

    static func model(
        _ behaviour: String,
        of handler: HandlerRegistration
    ) throws -> LoadedModel {
        try LoadedModel(
            handler: handler,
            model: "fixture",
            version: "1",
            settingsJSON: Array(behaviour.utf8),
            artifactPath: "/artifacts"
        )
    }

    static func binding(
        _ behaviour: String,
        of handler: HandlerRegistration,
        _ snapshot: SyntheticSnapshot
    ) throws -> ModelBinding {
        try model(behaviour, of: handler)
            .bind(snapshot.view, keepingAlive: snapshot, reader: snapshot.reader)
    }
}

/// What plugins logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var append: PluginHostServices.Log {
        { [self] _, _, text in
            let line = String(decoding: text, as: UTF8.self)
            lines.withLock { $0.append(line) }
        }
    }
}

/// A call with price lines of its own.
final class PriceCall: @unchecked Sendable {
    let call = HandlerCall(limits: HandlerCallLimits(linesMax: 8, itemsMax: 4, arenaBytes: 1024))
    private let lines = UnsafeMutablePointer<sluice_price_line>.allocate(capacity: 8)

    init(lines count: Int, quantity: Int64 = 1, digits: Int = 2) {
        for index in 0..<8 {
            (lines + index).initialize(
                to: sluice_price_line(
                    struct_size: UInt32(MemoryLayout<sluice_price_line>.size),
                    product_row: UInt32(index),
                    quantity: quantity,
                    variant_id: sluice_bytes()
                )
            )
        }
        begin(lines: count, digits: digits)
    }

    /// Makes it a new call of so many lines.
    func begin(lines count: Int, digits: Int = 2) {
        call.reset()
        call.request.pointee.deadline_ns = UInt64.max
        call.beginPrice(lines: lines, count: count, currencyDigits: digits)
    }

    deinit { lines.deallocate() }
}

/// SplitMix64: small, and the same everywhere for a seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
