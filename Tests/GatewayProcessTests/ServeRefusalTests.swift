// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What `validate` and `serve` refuse before anything serves.
@Suite struct ServeRefusalTests {
    private let folder: TemporaryFolder
    private var config: TestConfig

    init() throws {
        folder = try TemporaryFolder()
        config = TestConfig(snapshots: folder.path)
    }

    @Test func validConfigIsValid() throws {
        let path = try folder.write("sluice.yaml", config.text)
        #expect(try SluiceProcess.run(["validate", "--config", path]).status == 0)
    }

    @Test(arguments: ["serve", "validate"])
    func everyMistakeIsToldAtOnce(command: String) throws {
        let text = try config.text.replacingOccurrences(of: "port: 0", with: "prot: 0")
            .replacingOccurrences(of: "level: info", with: "level: loud")
            .replacingOccurrences(of: "\"2\": 5000", with: "\"2\": 6000")
        let path = try folder.write("sluice.yaml", text)
        let output = try SluiceProcess.run([command, "--config", path])
        #expect(output.status == 78)
        let diagnostics = command == "serve" ? output.standardError : output.standardOutput
        for part in ["`prot`", "did you mean", "loud", "11000", "sluice.yaml:3:3"] {
            #expect(diagnostics.contains(part), "\(part) in\n\(diagnostics)")
        }
    }

    @Test func diagnosticsAreAlsoJSON() throws {
        let path = try folder.write("sluice.yaml", "server: {prot: 1}\n")
        let output = try SluiceProcess.run(
            ["validate", "--config", path, "--format", "json"])
        #expect(output.status == 78)
        #expect((try? JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8))) != nil)
    }

    @Test(arguments: ["serve", "validate"])
    func missingConfigIsNamed(command: String) throws {
        let output = try SluiceProcess.run([command, "--config", folder.path + "/none.yaml"])
        #expect(output.status == 78)
        #expect((output.standardError + output.standardOutput).contains("none.yaml"))
    }

    @Test func missingPluginIsNamed() throws {
        try expectRefusal(named: "/none.so") {
            $0.replacingOccurrences(of: Products.plugin("PricingPlugin"), with: "/none.so")
        }
    }

    @Test func wrongDigestIsNamed() throws {
        let plugin = Products.plugin("PricingPlugin")
        let digest = try Products.sha256(of: plugin)
        try expectRefusal(named: plugin) {
            $0.replacingOccurrences(of: digest, with: String(repeating: "0", count: 64))
        }
    }

    @Test func whatIsNoPluginIsNamed() throws {
        let file = try folder.write("text.so", "text")
        var config = config
        config.plugins[0] = file
        try expectRefusal(named: file, try config.text)
    }

    @Test func anotherABIIsNamed() throws {
        var config = config
        config.plugins[0] = try CPlugin.ofNextABI(in: folder)
        let message = try expectRefusal(named: config.plugins[0], try config.text)
        #expect(message.contains("2.0") && message.contains("1.0"), "\(message)")
    }

    /// The control plane listens already: the process must end all the same.
    @Test func aTakenDataPortEndsTheProcess() throws {
        let store = try FixtureStore.published()
        let holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(holder) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(holder, $0, size) == 0 && listen(holder, 1) == 0
                    && getsockname(holder, $0, &size) == 0
            }
        }
        try #require(isBound)
        let port = Int(in_port_t(bigEndian: address.sin_port))
        let path = try folder.write(
            "sluice.yaml",
            try TestConfig(snapshots: store.directory).text
        )
        let output = try SluiceProcess.run([
            "serve", "--config", path, "--port", "\(port)", "--control-port", "0",
        ])
        #expect(output.status == 1, "\(output.standardError)")
    }

    @Test(arguments: [
        ("handler: list-price", "handler: list-prize", "list-prize"),
        ("plugin: pricing", "plugin: prices", "prices"),
        ("handler: list-price", "handler: list-price, settings: {flor_percent: 3}", "flor_percent"),
        (
            "plugin: pricing, handler: list-price", "plugin: recommendations, handler: popular",
            "popular"
        ),
    ])
    func wrongHandlersAreNamed(old: String, new: String, named: String) throws {
        try expectRefusal(named: named) { $0.replacingOccurrences(of: old, with: new) }
    }

    private func expectRefusal(named: String, change: (String) -> String) throws {
        try expectRefusal(named: named, change(config.text))
    }

    /// `serve` ends with 1 and one line that names the culprit, which is returned.
    @discardableResult
    private func expectRefusal(named: String, _ text: String) throws -> String {
        let path = try folder.write("sluice.yaml", text)
        let output = try SluiceProcess.run(["serve", "--config", path])
        #expect(output.status == 1, "\(output.standardError)")
        let lines = output.standardError.split(separator: "\n")
        let last = try #require(lines.last)
        let json = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        let message = json?["error"] as? String ?? ""
        #expect(message.contains(named), "\(output.standardError)")
        return message
    }
}
