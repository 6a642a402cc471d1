// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Testing

@testable import PluginHost

@Suite struct InspectionTests {
    @Test func readsWhatAPluginIsWithoutRunningIt() throws {
        let inspection = try PluginInspector.inspect(path: Fixture.path("CRASH_REGISTER"))
        #expect(inspection.note.name == "fixture")
        #expect(inspection.note.version == "1.2.3")
        #expect(inspection.note.toolchain == "test")
        #expect(inspection.note.abi == PluginNote.hostABI)
        #expect(inspection.note.kinds == [.price, .recommend])
        #expect(inspection.exportedSymbols == ["sluice_plugin_register"])
        #expect(inspection.undefinedSymbols.isEmpty)
        #expect(inspection.neededLibraries.contains("libc.so.6"))
        #expect(inspection.description.contains("fixture 1.2.3"))
        let decoded = try JSONDecoder().decode(
            PluginInspection.self,
            from: JSONEncoder().encode(inspection)
        )
        #expect(decoded == inspection)
    }

    @Test(arguments: [
        ("NO_NOTE", PluginError.Code.noNote, "no .note.sluice note"),
        ("TRUNCATED_NOTE", .truncatedNote, "has 8 bytes, expected 192"),
        ("MAJOR=7", .wrongABI, "ABI 7.0, this host speaks 1.0"),
        ("NAME=\"B\\033[31m\"", .invalidNote, "plugin name is not printable"),
        ("NAME=\"Upper\"", .invalidNote, "[a-z0-9-]+"),
    ])
    func refusesADamagedNote(macro: String, code: PluginError.Code, text: String) throws {
        let path = try Fixture.path(macro)
        #expect { try PluginInspector.inspect(path: path) } throws: { error in
            guard let error = error as? PluginError else { return false }
            return error.code == code && error.message.contains(text) && error.subject == path
        }
    }

    @Test func showsANewerMinorButWouldNotLoadIt() throws {
        let inspection = try PluginInspector.inspect(path: Fixture.path("MINOR=9"))
        #expect(inspection.note.abi == ABIVersion(major: 1, minor: 9))
        #expect { try inspection.requireLoadable() } throws: {
            ($0 as? PluginError)?.message.contains("ABI 1.9, this host speaks 1.0") == true
        }
    }

    @Test(arguments: [
        ("UNDEFINED", PluginError.Code.unresolvedSymbol, "sluice_elsewhere"),
        ("ENTRY=renamed", .missingEntryPoint, "sluice_plugin_register"),
    ])
    func wouldNotLoadBadSymbols(macro: String, code: PluginError.Code, text: String) throws {
        let inspection = try PluginInspector.inspect(path: Fixture.path(macro))
        #expect { try inspection.requireLoadable() } throws: { error in
            guard let error = error as? PluginError else { return false }
            return error.code == code && error.message.contains(text)
        }
    }

    @Test func refusesWhatIsNotAFile() throws {
        let fifo = Fixture.folder.appendingPathComponent("fifo").path
        mkfifo(fifo, 0o600)
        #expect(code(of: "/nowhere/plugin.so") == .missingFile)
        #expect(code(of: Fixture.folder.path) == .notRegularFile)
        #expect(code(of: fifo) == .notRegularFile)
    }

    @Test func refusesForeignFiles() throws {
        let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Fixture.path())))
        func patched(_ changes: [Int: UInt8]) throws -> PluginError.Code? {
            var bytes = sound
            for (offset, byte) in changes { bytes[offset] = byte }
            return code(of: try Fixture.write(bytes, UUID().uuidString))
        }
        #expect(code(of: try Fixture.write([], "empty.so")) == .notELF)
        #expect(code(of: try Fixture.write(Array("#!/bin/sh\n".utf8), "script.so")) == .notELF)
        #expect(code(of: try Fixture.write(Array(sound.prefix(20)), "short.so")) == .damagedELF)
        #expect(try patched([4: 1]) == .wrongClass)
        #expect(try patched([5: 2]) == .wrongByteOrder)
        #expect(try patched([16: 1]) == .wrongType)
        #expect(try patched([18: 243]) == .wrongMachine)
        #expect(try patched([18: 3, 19: 0]) == .wrongMachine)
    }

    @Test func findsTheNoteBySectionWhenNoSegmentHasIt() throws {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Fixture.path())))
        for index in 0..<Int(bytes[56]) where bytes[64 + index * 56] == 4 {
            bytes[64 + index * 56] = 0
        }
        let inspection = try PluginInspector.inspect(path: Fixture.write(bytes, "sections.so"))
        #expect(inspection.note.name == "fixture")
    }

    @Test func survivesEveryTruncation() throws {
        let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Fixture.path())))
        for length in stride(from: 0, to: sound.count, by: 61) {
            inspect(Array(sound.prefix(length)))
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func survivesMutations(seed: UInt64) throws {
        let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Fixture.path())))
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1_500 {
            var bytes = sound
            // Half of the damage falls on the headers, where the lengths and offsets are.
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let limit = Bool.random(using: &generator) ? 1024 : bytes.count
                bytes[Int.random(in: 0..<limit, using: &generator)] =
                    [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            inspect(bytes)
        }
    }

    private func inspect(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            let digest = SHA256Digest(of: UnsafeRawBufferPointer(start: nil, count: 0))
            let inspection = try? PluginInspection(bytes: buffer, digest: digest, path: "mutant")
            _ = inspection?.description
        }
    }

    private func code(of path: String) -> PluginError.Code? {
        do throws(PluginError) {
            _ = try PluginInspector.inspect(path: path)
            return nil
        } catch { return error.code }
    }
}
