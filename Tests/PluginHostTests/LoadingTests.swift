// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests
import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite struct LoadingTests {
    private let services = SyntheticSnapshot.services()

    @Test func loadsOnlyTheBytesThatWereAskedFor() throws {
        let path = try Fixture.path("NAME=\"hashed\"")
        let actual = try PluginInspector.inspect(path: path).sha256
        let wrong = try #require(SHA256Digest(hex: String(repeating: "ab", count: 32)))
        #expect {
            try Plugin.load(path: path, expecting: wrong, host: services)
        } throws: { error in
            guard let error = error as? PluginError else { return false }
            return error.code == .hashMismatch && error.message.contains(actual)
                && error.message.contains(wrong.hex)
        }
        let plugin = try Plugin.load(
            path: path,
            expecting: SHA256Digest(hex: actual),
            host: services
        )
        #expect(plugin.name == "hashed")
        #expect(plugin.version == "1.2.3")
        #expect(plugin.handler(named: "hashed")?.kind == .price)
        #expect(plugin.handler(named: "other") == nil)
    }

    @Test func sameBytesAreTheSamePlugin() throws {
        let path = try Fixture.path("NAME=\"same\"")
        let copy = Fixture.folder.appendingPathComponent("copy.so").path
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let first = try Plugin.load(path: path, expecting: nil, host: services)
        #expect(try Plugin.load(path: path, expecting: nil, host: services) === first)
        #expect(try Plugin.load(path: copy, expecting: nil, host: services) === first)
    }

    @Test func differentPluginsKeepApart() throws {
        let names = ["one", "two", "three"]
        let plugins = try names.map {
            try Plugin.load(
                path: Fixture.path("NAME=\"\($0)\""),
                expecting: nil,
                host: services
            )
        }
        #expect(plugins.map(\.name) == names)
        #expect(plugins.map { $0.handlers.map(\.name) } == names.map { [$0] })
    }

    @Test func overwritingTheFileDoesNotTouchALoadedPlugin() throws {
        let path = Fixture.folder.appendingPathComponent("overwritten.so").path
        try FileManager.default.copyItem(
            atPath: Fixture.path("NAME=\"overwritten\""),
            toPath: path
        )
        let plugin = try Plugin.load(path: path, expecting: nil, host: services)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(repeating: 0xff, count: 100_000))
        let snapshot = SyntheticSnapshot()
        let binding = try Fixture.binding("", of: try #require(plugin.handlers.first), snapshot)
        let price = PriceCall(lines: 2)
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
    }

    @Test(arguments: [
        (["MAJOR=2"], PluginError.Code.wrongABI, "ABI 2.0"),
        (["MINOR=1"], .wrongABI, "ABI 1.1, this host speaks 1.0"),
        (["REGISTER_FAILS"], .registrationFailed, "UNAVAILABLE: licence expired"),
        (["REGISTERS_NOTHING"], .registrationFailed, "no handler"),
        (["NO_EXECUTE"], .invalidHandler, "lacks execute"),
        (["HANDLER_SIZE=24"], .invalidHandler, "lacks bind, execute, unbind, unload"),
        (["REQUIRED=9223372036854775809ull"], .missingCapability, "bit 63"),
        (["KIND=SLUICE_KIND_INFER"], .invalidHandler, "kind infer"),
        (["KIND=44"], .invalidHandler, "unknown kind 44"),
        (["THREADING=0"], .invalidHandler, "unknown threading rule 0"),
        (["EXECUTION=12"], .invalidHandler, "unknown execution mode 12"),
        (["TWICE"], .invalidHandler, "registered twice"),
        (["UNDEFINED"], .unresolvedSymbol, "sluice_elsewhere"),
    ])
    func refusesWithTheReason(macros: [String], code: PluginError.Code, text: String) throws {
        let path = try Fixture.path(macros[0])
        #expect {
            try Plugin.load(path: path, expecting: nil, host: services)
        } throws: { error in
            guard let error = error as? PluginError else { return false }
            return error.code == code && error.message.contains(text)
        }
    }

    @Test func readsATableWithFieldsItDoesNotKnow() throws {
        let handler = try Fixture.handler("HANDLER_SIZE=sizeof(sluice_handler)+64")
        #expect(try Fixture.model("", of: handler).description.platform == "test")
    }

    @Test func copiesNoMoreThanTheTableSays() {
        var source = sluice_host()
        source.struct_size = 8
        source.abi_major = 5
        source.abi_minor = 6
        let copy = zeroFilledCopy(of: &source, size: 8, empty: sluice_host())
        #expect(copy.abi_major == 5)
        #expect(copy.abi_minor == 0)
    }

    @Test func loadsTheTutorialPlugin() throws {
        let path = try BuiltPlugin.path("MinimalCPlugin")
        let plugin = try Plugin.load(path: path, expecting: nil, host: services)
        let handler = try #require(plugin.handler(named: "minimal-c"))
        let snapshot = SyntheticSnapshot()
        let binding = try Fixture.binding("{\"percent_off\": 10}", of: handler, snapshot)
        let price = PriceCall(lines: 2)
        #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
        #expect(price.call.prices.map(\.unitPriceMinor) == [900, 901])
        #expect(price.call.prices[0].ruleCount == 1)
        for settings in ["{\"percent_off\": 101}", "{\"percent_off\": x}", "{\"percent_off\""] {
            #expect(throws: PluginError.self) { try Fixture.model(settings, of: handler) }
        }
        let lacking = SyntheticSnapshot(lacking: "list_price")
        #expect {
            try Fixture.binding("{}", of: handler, lacking)
        } throws: { ($0 as? PluginError)?.message.contains("list_price") == true }
    }
}
