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
            contentsOfFile: Fixture.include + "/sluice_plugin.h",
            encoding: .utf8
        )
        for layout in Self.layouts {
            let body = try #require(
                header.components(separatedBy: "typedef struct \(layout.name) {").dropFirst().first?
                    .components(separatedBy: "\n}").first?.components(
                        separatedBy: "} \(layout.name);"
                    ).first
            )
            let code = body.replacing(/\/\*[\s\S]*?\*\//, with: "").replacing(
                /\([^()]*\)\s*;/,
                with: ";"
            )
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
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }

    private static var layouts: [Layout] { smallTypes + snapshotTypes + callTypes + handlerTypes }

    private static var smallTypes: [Layout] {
        [
            Layout(
                sluice_bytes.self,
                [
                    ("data", \.data),
                    ("size", \.size),
                ]
            ),
            Layout(
                sluice_message.self,
                [
                    ("struct_size", \.struct_size),
                    ("capacity", \.capacity),
                    ("size", \.size),
                    ("reserved", \.reserved),
                    ("data", \.data),
                ]
            ),
            Layout(
                sluice_note.self,
                [
                    ("abi_major", \.abi_major),
                    ("abi_minor", \.abi_minor),
                    ("kinds", \.kinds),
                    ("reserved", \.reserved),
                    ("required_capabilities", \.required_capabilities),
                    ("optional_capabilities", \.optional_capabilities),
                    ("plugin_name", \.plugin_name),
                    ("plugin_version", \.plugin_version),
                    ("toolchain", \.toolchain),
                ]
            ),
            Layout(
                sluice_note_section.self,
                [
                    ("owner_size", \.owner_size),
                    ("note_size", \.note_size),
                    ("type", \.type),
                    ("owner", \.owner),
                    ("note", \.note),
                ]
            ),
        ]
    }

    private static var snapshotTypes: [Layout] {
        [
            Layout(
                sluice_row_header.self,
                [
                    ("key_check", \.key_check),
                    ("version", \.version),
                    ("key_size", \.key_size),
                    ("null_bits", \.null_bits),
                ]
            ),
            Layout(
                sluice_span.self,
                [
                    ("offset", \.offset),
                    ("count", \.count),
                ]
            ),
            Layout(
                sluice_column.self,
                [
                    ("struct_size", \.struct_size),
                    ("type", \.type),
                    ("name", \.name),
                    ("offset", \.offset),
                    ("null_bit", \.null_bit),
                    ("element_size", \.element_size),
                    ("reserved", \.reserved),
                ]
            ),
            Layout(
                sluice_entity.self,
                [
                    ("struct_size", \.struct_size),
                    ("row_count", \.row_count),
                    ("name", \.name),
                    ("rows", \.rows),
                    ("row_stride", \.row_stride),
                    ("columns", \.columns),
                    ("column_count", \.column_count),
                    ("column_stride", \.column_stride),
                    ("heap", \.heap),
                ]
            ),
            Layout(
                sluice_snapshot.self,
                [
                    ("struct_size", \.struct_size),
                    ("entity_count", \.entity_count),
                    ("entities", \.entities),
                    ("entity_stride", \.entity_stride),
                    ("currency_digits", \.currency_digits),
                    ("id", \.id),
                    ("currency", \.currency),
                    ("schema_fingerprint", \.schema_fingerprint),
                    ("host_snapshot", \.host_snapshot),
                ]
            ),
            Layout(
                sluice_price_tier.self,
                [
                    ("customer_kind", \.customer_kind),
                    ("quantity_minimum", \.quantity_minimum),
                    ("unit_price_minor", \.unit_price_minor),
                ]
            ),
            Layout(
                sluice_neighbour.self,
                [
                    ("product_row", \.product_row),
                    ("weight", \.weight),
                ]
            ),
        ]
    }

    private static var callTypes: [Layout] {
        [
            Layout(
                sluice_price_line.self,
                [
                    ("struct_size", \.struct_size),
                    ("product_row", \.product_row),
                    ("quantity", \.quantity),
                    ("variant_id", \.variant_id),
                ]
            ),
            Layout(
                sluice_price_request.self,
                [
                    ("struct_size", \.struct_size),
                    ("line_count", \.line_count),
                    ("lines", \.lines),
                    ("line_stride", \.line_stride),
                    ("reserved", \.reserved),
                ]
            ),
            Layout(
                sluice_recommend_request.self,
                [
                    ("struct_size", \.struct_size),
                    ("intent", \.intent),
                    ("limit", \.limit),
                    ("focus_row", \.focus_row),
                    ("session_rows", \.session_rows),
                    ("cart_rows", \.cart_rows),
                    ("exclude_rows", \.exclude_rows),
                    ("candidate_rows", \.candidate_rows),
                    ("session_count", \.session_count),
                    ("cart_count", \.cart_count),
                    ("exclude_count", \.exclude_count),
                    ("candidate_count", \.candidate_count),
                ]
            ),
            Layout(
                sluice_request.self,
                [
                    ("struct_size", \.struct_size),
                    ("kind", \.kind),
                    ("deadline_ns", \.deadline_ns),
                    ("handle", \.handle),
                    ("host_call", \.host_call),
                    ("snapshot", \.snapshot),
                    ("unix_milliseconds", \.unix_milliseconds),
                    ("customer_row", \.customer_row),
                    ("currency_digits", \.currency_digits),
                    ("shop", \.shop),
                    ("currency", \.currency),
                    ("unit", \.unit),
                    ("price", \.price),
                    ("recommend", \.recommend),
                ]
            ),
            Layout(
                sluice_price.self,
                [
                    ("struct_size", \.struct_size),
                    ("form", \.form),
                    ("unit_price_minor", \.unit_price_minor),
                    ("unit_price", \.unit_price),
                    ("rules", \.rules),
                    ("rule_count", \.rule_count),
                    ("reserved", \.reserved),
                ]
            ),
            Layout(
                sluice_item.self,
                [
                    ("struct_size", \.struct_size),
                    ("product_row", \.product_row),
                    ("score", \.score),
                    ("reserved", \.reserved),
                    ("reason", \.reason),
                ]
            ),
            Layout(
                sluice_reply.self,
                [
                    ("struct_size", \.struct_size),
                    ("reserved", \.reserved),
                    ("host_reply", \.host_reply),
                    ("set_price", \.set_price),
                    ("add_item", \.add_item),
                ]
            ),
            Layout(
                sluice_call.self,
                [
                    ("struct_size", \.struct_size),
                    ("status", \.status),
                    ("request", \.request),
                    ("reply", \.reply),
                    ("message", \.message),
                ]
            ),
        ]
    }

    private static var handlerTypes: [Layout] {
        [
            Layout(
                sluice_host.self,
                [
                    ("struct_size", \.struct_size),
                    ("abi_major", \.abi_major),
                    ("abi_minor", \.abi_minor),
                    ("reserved", \.reserved),
                    ("capabilities", \.capabilities),
                    ("context", \.context),
                    ("log", \.log),
                    ("monotonic_ns", \.monotonic_ns),
                    ("counter_register", \.counter_register),
                    ("histogram_register", \.histogram_register),
                    ("counter_add", \.counter_add),
                    ("histogram_record", \.histogram_record),
                    ("remaining_ns", \.remaining_ns),
                    ("is_cancelled", \.is_cancelled),
                    ("arena_allocate", \.arena_allocate),
                    ("snapshot_find_row", \.snapshot_find_row),
                    ("snapshot_blob", \.snapshot_blob),
                    ("complete", \.complete),
                ]
            ),
            Layout(
                sluice_load.self,
                [
                    ("struct_size", \.struct_size),
                    ("reserved", \.reserved),
                    ("host", \.host),
                    ("model", \.model),
                    ("version", \.version),
                    ("settings", \.settings),
                    ("artifact_path", \.artifact_path),
                ]
            ),
            Layout(
                sluice_tensor.self,
                [
                    ("struct_size", \.struct_size),
                    ("datatype", \.datatype),
                    ("name", \.name),
                    ("rank", \.rank),
                    ("reserved", \.reserved),
                    ("shape", \.shape),
                ]
            ),
            Layout(
                sluice_description.self,
                [
                    ("struct_size", \.struct_size),
                    ("input_count", \.input_count),
                    ("inputs", \.inputs),
                    ("outputs", \.outputs),
                    ("output_count", \.output_count),
                    ("reserved", \.reserved),
                    ("platform", \.platform),
                ]
            ),
            Layout(
                sluice_handler.self,
                [
                    ("struct_size", \.struct_size),
                    ("reserved", \.reserved),
                    ("load", \.load),
                    ("describe", \.describe),
                    ("bind", \.bind),
                    ("warm_up", \.warm_up),
                    ("execute", \.execute),
                    ("unbind", \.unbind),
                    ("unload", \.unload),
                ]
            ),
            Layout(
                sluice_registration.self,
                [
                    ("struct_size", \.struct_size),
                    ("kind", \.kind),
                    ("name", \.name),
                    ("execution", \.execution),
                    ("threading", \.threading),
                    ("required_capabilities", \.required_capabilities),
                    ("optional_capabilities", \.optional_capabilities),
                    ("handler", \.handler),
                ]
            ),
            Layout(
                sluice_registrar.self,
                [
                    ("struct_size", \.struct_size),
                    ("reserved", \.reserved),
                    ("host_registrar", \.host_registrar),
                    ("message", \.message),
                    ("add_handler", \.add_handler),
                ]
            ),
        ]
    }
}
