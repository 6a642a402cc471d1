// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation
import Testing

/// Size and offset of every field of the protocol, as the C compiler and as Swift see them.
@Suite struct LayoutTests {
    private struct Layout {
        let name: String
        let size: Int
        let fields: [(name: String, offset: Int?)]

        init<Table>(_ type: Table.Type, _ fields: [(String, PartialKeyPath<Table>)]) {
            name = String(describing: type)
            size = MemoryLayout<Table>.size
            self.fields = fields.map { ($0.0, MemoryLayout<Table>.offset(of: $0.1)) }
        }
    }

    @Test func swiftAndCAgree() throws {
        let expected = Self.layouts.flatMap { layout in
            ["\(layout.name) \(layout.size)"]
                + layout.fields.map { "\(layout.name).\($0.name) \($0.offset ?? -1)" }
        }
        #expect(try Self.linesOfC() == expected)
    }

    @Test func noFieldIsMissingHere() throws {
        let header = try String(
            contentsOfFile: Fixture.include + "/sluice_plugin.h", encoding: .utf8)
        for layout in Self.layouts {
            let body = try #require(
                header.components(separatedBy: "typedef struct \(layout.name) {").dropFirst().first?
                    .components(separatedBy: "\n}").first?.components(separatedBy: "} \(layout.name);").first)
            let code = body.replacing(/\/\*[\s\S]*?\*\//, with: "").replacing(/\([^()]*\)\s*;/, with: ";")
            #expect(code.count { $0 == ";" } <= layout.fields.count, "\(layout.name)")
        }
        let declared = header.matches(of: /typedef struct (sluice_\w+) \{/).map { String($0.1) }
        #expect(Set(declared) == Set(Self.layouts.map(\.name)))
    }

    /// What a C program built from the same list prints.
    private static func linesOfC() throws -> [String] {
        let prints = layouts.flatMap { layout in
            ["printf(\"\(layout.name) %zu\\n\", sizeof(\(layout.name)));"]
                + layout.fields.map {
                    "printf(\"\(layout.name).\($0.name) %zu\\n\", offsetof(\(layout.name), \($0.name)));"
                }
        }
        let source = """
            #include <stddef.h>
            #include <stdio.h>
            #include "sluice_plugin.h"
            int main(void) { \(prints.joined(separator: "\n")) return 0; }
            """
        let input = Fixture.folder.appendingPathComponent("layout.c")
        let program = Fixture.folder.appendingPathComponent("layout").path
        try source.write(to: input, atomically: true, encoding: .utf8)
        try Fixture.cc(["-I", Fixture.include, input.path, "-o", program])
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }

    private static var layouts: [Layout] { smallTypes + snapshotTypes + callTypes + handlerTypes }
