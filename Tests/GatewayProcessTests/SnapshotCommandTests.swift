// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `sluice snapshot build|verify|inspect|publish|rollback`.
@Suite struct SnapshotCommandTests {
    private let store: FixtureStore

    init() throws {
        store = try FixtureStore()
    }

    @Test func lifeOfAStore() throws {
        let first = try store.build()
        let second = try store.build(
            history: FixtureStore.history(mugPrice: "11.00"),
            publish: false
        )
        #expect(try run("verify", store.directory).standardOutput == "\(first) is sound\n")
        #expect(try run("verify", store.directory + "/" + second).status == 0)
        #expect(try run("publish", store.directory + "/" + second).standardOutput == second + "\n")
        #expect(try mugPrice() == 1_100)
        #expect(try run("rollback", store.directory).standardOutput == first + "\n")
        #expect(try mugPrice() == 1_000)
        let again = try run("rollback", store.directory)
        #expect(again.status == 1)
        #expect(again.standardError.contains(first))
    }

    @Test func publishingIntoAnotherStoreCopies() throws {
        let id = try store.build()
        let other = store.folder.path + "/other"
        let output = try run("publish", store.directory + "/" + id, "--store", other)
        #expect(output.status == 0, "\(output.standardError)")
        #expect(try run("verify", other).standardOutput == "\(id) is sound\n")
    }

    @Test func outputsParse() throws {
        try store.build()
        let manifest = try run("verify", store.directory, "--json").json()
        #expect(manifest["id"] is String)
        #expect(try !run("inspect", store.directory, "--json").json().isEmpty)
        #expect(try !run("inspect", store.directory, "--key", "TEA-4", "--json").json().isEmpty)
        #expect(try run("inspect", store.directory).standardOutput.contains("product"))
        let customer = try run(
            "inspect",
            store.directory,
            "--entity",
            "customer",
            "--key",
            "17850"
        )
        #expect(customer.standardOutput.contains("wholesale"))
    }

    @Test func damageIsNamed() throws {
        let id = try store.build()
        let data = "\(store.directory)/\(id)/data.mdb"
        chmod(data, 0o600)
        var bytes = try Data(contentsOf: URL(filePath: data))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: data))
        for command in ["verify", "publish"] {
            let output = try run(command, "\(store.directory)/\(id)")
            #expect(output.status == 1)
            #expect(output.standardError.contains("data.mdb"), "\(output.standardError)")
        }
    }

    @Test func whatIsNotThereIsNamed() throws {
        for arguments in [
            ["verify", "/none"], ["inspect", "/none"], ["publish", "/none"], ["rollback", "/none"],
        ] {
            let output = try SluiceProcess.run(["snapshot"] + arguments)
            #expect(output.status == 1)
            #expect(output.standardError.contains("/none"))
        }
        try store.build()
        let output = try run("inspect", store.directory, "--key", "NONE")
        #expect(output.status == 1)
        #expect(output.standardError.contains("NONE"))
    }

    // MARK: Histories that are refused

    @Test(arguments: [
        ("empty.csv", "empty.csv: "), ("junk.csv", "junk.csv:1: "), ("cut.csv", "cut.csv:49: "),
        ("columns.csv", "columns.csv:1: "), ("short.csv", "short.csv:5: "),
        ("cut.csv.gz", "cut.csv.gz: "), ("none.csv", "none.csv: "),
    ])
    func badHistoryIsNamed(name: String, named: String) throws {
        try writeHistory(name)
        let source = try store.folder.write(
            "source.yaml",
            FixtureStore.sourceText.replacingOccurrences(of: "store.csv", with: name)
        )
        let output = try run("build", "--source", source, "--out", store.directory)
        #expect(output.status == 1)
        #expect(output.standardError.contains(named), "\(output.standardError)")
        #expect(output.standardError.contains("error: "))
        let names = try? FileManager.default.contentsOfDirectory(atPath: store.directory)
        #expect(names?.contains { $0.hasPrefix("2") || $0 == "CURRENT" } != true)
    }

    private func writeHistory(_ name: String) throws {
        let history = FixtureStore.history
        var lines = history.components(separatedBy: "\n")
        switch name {
        case "empty.csv": try store.folder.write(name, "")
        case "junk.csv": try store.folder.write(name, Data((0..<4_000).map { UInt8($0 * 7 % 256) }))
        case "cut.csv": try store.folder.write(name, String(history.prefix(3_000)))
        case "columns.csv":
            lines[0] = lines[0].replacingOccurrences(of: "unit_price", with: "cost")
            try store.folder.write(name, lines.joined(separator: "\n"))
        case "short.csv":
            lines[4] = "a,b,c"
            try store.folder.write(name, lines.joined(separator: "\n"))
        case "cut.csv.gz":
            let whole = try store.folder.write("whole.csv", history)
            _ = try SluiceProcess.run([whole], executable: URL(filePath: "/usr/bin/gzip"))
            let bytes = try Data(contentsOf: URL(filePath: whole + ".gz"))
            try store.folder.write(name, bytes.prefix(bytes.count / 2))
        default: break
        }
    }

    @Test func everyMistakeOfASourceFileIsTold() throws {
        let source = try store.folder.write(
            "source.yaml",
            FixtureStore.sourceText.replacingOccurrences(of: "EUR", with: "EURO") + "extra: 1\n"
        )
        let output = try run("build", "--source", source, "--out", store.directory)
        #expect(output.status == 78)
        for part in ["source.yaml:6:11", "EURO", "`extra`"] {
            #expect(output.standardError.contains(part), "\(output.standardError)")
        }
        #expect(
            try run("build", "--source", "/none.yaml", "--out", store.directory).status == 78
        )
    }

    private func run(_ arguments: String...) throws -> SluiceProcess.Output {
        try SluiceProcess.run(["snapshot"] + arguments)
    }

    private func mugPrice() throws -> Int? {
        let output = try run("inspect", store.directory, "--key", "MUG-1A")
        let line = output.standardOutput.split(separator: "\n").first { $0.contains("list_price") }
        return line?.split(separator: " ").dropFirst().first
            .flatMap { Int($0.filter(\.isNumber)) }
    }
}
