// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import FeatureSnapshots
import Foundation
import SnapshotBuilder
import YAMLDecoding

struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Build, check, look at and publish feature snapshots.",
        discussion: """
            A store is a folder of snapshots; CURRENT names the published one, which gateways adopt \
            while they serve.
            """,
        subcommands: [
            SnapshotBuildCommand.self, SnapshotVerifyCommand.self, SnapshotInspectCommand.self,
            SnapshotPublishCommand.self, SnapshotRollbackCommand.self,
        ]
    )
}

/// A snapshot's folder, or a store: then the published snapshot in it.
struct SnapshotPath: ParsableArguments {
    @Argument(help: "A snapshot's folder, or a store whose published snapshot is meant.")
    var path: String

    var isSnapshot: Bool {
        FileManager.default.fileExists(atPath: path + "/" + SnapshotFormat.manifestFile)
    }

    /// The store and id of a snapshot that lies in a store.
    func located() throws -> (store: SnapshotStore, id: SnapshotID) {
        if isSnapshot {
            let folder = URL(filePath: path).standardizedFileURL
            let store = SnapshotStore(directory: folder.deletingLastPathComponent().path)
            guard let id = SnapshotID(folder.lastPathComponent) else {
                throw SnapshotError(.notFound, "the folder's name is no snapshot id", subject: path)
            }
            return (store, id)
        }
        let store = SnapshotStore(directory: path)
        guard let id = try store.current() else {
            throw SnapshotError(.notFound, "no snapshot is published here", subject: path)
        }
        return (store, id)
    }
}

struct SnapshotBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build a snapshot from a store's order history.",
        discussion:
            "Exit codes: 0 built, 1 the input or the disk was refused, 78 the source file is."
    )

    @Option(name: .long, help: "The source file: input, columns, rules and features.")
    var source: String

    @Option(name: .long, help: "The store the snapshot goes to.")
    var out: String

    @Flag(name: .long, help: "Publish the snapshot once it is built.")
    var publish = false

    @Flag(name: .long, help: "Print the report as JSON.")
    var json = false

    func run() throws {
        try reporting {
            let store = SnapshotStore(directory: out)
            let report = try build(store)
            if publish { try store.publish(report.snapshot) }
            if json {
                try printJSON(report)
            } else {
                print(report.table)
            }
            StandardError.write(
                "\(publish ? "published" : "built") \(out)/\(report.snapshot.text)"
            )
        }
    }

    private func build(_ store: SnapshotStore) throws -> BuildReport {
        var bar = ProgressBar()
        defer { bar.finish() }
        do {
            return try SnapshotBuild.run(source: source, store: store) { bar.show($0) }
        } catch let error as DiagnosticReport {
            bar.finish()
            StandardError.write(
                DiagnosticRenderer.text(error.diagnostics, color: StandardError.takesColor)
            )
            throw ExitCode.badConfiguration
        }
    }
}

struct SnapshotVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a snapshot as a gateway does before it adopts one.",
        discussion: "Exit codes: 0 sound, 1 not."
    )

    @OptionGroup var snapshot: SnapshotPath

    @Flag(name: .long, help: "Print the manifest as JSON.")
    var json = false

    func run() throws {
        try reporting {
            let folder =
                snapshot.isSnapshot
                ? snapshot.path : try snapshot.path + "/" + snapshot.located().id.text
            let manifest = try SnapshotStore(directory: snapshot.path).verify(folder: folder)
            if json {
                try printJSON(manifest)
            } else {
                print("\(manifest.id) is sound")
            }
        }
    }
}

struct SnapshotInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show a snapshot's schema, counts and sizes, or one row.",
        discussion: "Exit codes: 0 shown, 1 no such snapshot, entity or key."
    )

    @OptionGroup var snapshot: SnapshotPath

    @Option(name: .long, help: "The entity of the row to show, such as product.")
    var entity = "product"

    @Option(name: .long, help: "The key of the row to show.")
    var key: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reporting {
            let (store, id) = try snapshot.located()
            let opened = try store.open(id)
            if let key {
                let row = try RowInspection(opened, entity: entity, key: key)
                print(json ? String(decoding: try row.json(), as: UTF8.self) : row.render())
            } else {
                let whole = SnapshotInspection(opened.manifest)
                print(json ? String(decoding: try whole.json(), as: UTF8.self) : whole.render())
            }
        }
    }
}

struct SnapshotPublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Make a snapshot the one that gateways serve.",
        discussion: """
            With a store's path the newest snapshot is published. With --store the snapshot is copied \
            there first. The snapshot is verified before anything changes. Exit codes: 0 published, 1 \
            refused.
            """
    )

    @OptionGroup var snapshot: SnapshotPath

    @Option(name: .long, help: "Publish into this store instead of the snapshot's own.")
    var store: String?

    func run() throws {
        try reporting {
            let target: SnapshotStore
            let id: SnapshotID
            if let store {
                target = SnapshotStore(directory: store)
                id = try target.importSnapshot(from: snapshot.path)
            } else if snapshot.isSnapshot {
                (target, id) = try snapshot.located()
            } else {
                target = SnapshotStore(directory: snapshot.path)
                id = try newest(in: target)
            }
            try target.publish(id)
            print(id.text)
        }
    }

    private func newest(in store: SnapshotStore) throws -> SnapshotID {
        guard let id = try store.ids().max() else {
            throw SnapshotError(.notFound, "holds no snapshot", subject: store.directory)
        }
        return id
    }
}

struct SnapshotRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Publish the snapshot that was published before.",
        discussion: "Exit codes: 0 published, 1 there is none."
    )

    @Argument(help: "The store.")
    var store: String

    func run() throws {
        try reporting {
            print(try SnapshotStore(directory: store).rollback().text)
        }
    }
}
