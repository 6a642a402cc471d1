// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// House rules that a formatter does not know (CONTRIBUTING.md).
struct TidyTests {
    /// Lines of a function: one screen. A ratchet: it only ever goes down.
    private static let functionLinesMax = 70
    /// Lines of a file.
    private static let fileLinesMax = 400
    /// The manual of the registration protocol is one file on purpose.
    private static let longFiles = ["Sources/CSluice/include/sluice_plugin.h"]

    /// What a source must not say; assembled so that this file does not say it.
    private static let banned = ["TO" + "DO", "FIX" + "ME", "tr" + "y!", "fatal" + "Error("]
    /// What needs its reason in a comment on the same line or right above.
    private static let explained = ["@unchecked " + "Sendable", "nonisolated" + "(unsafe)"]

    @Test func functionsFitOneScreen() throws {
        for file in try SourceFile.product() where file.isSwift {
            for function in FunctionScanner(file).functions {
                #expect(function.lineCount <= Self.functionLinesMax, "\(function)")
            }
        }
    }

    @Test func filesAreShort() throws {
        for file in try SourceFile.product() where !Self.longFiles.contains(file.path) {
            #expect(file.lines.count <= Self.fileLinesMax, "\(file.path)")
        }
    }

    @Test func everySourceNamesItsLicence() throws {
        for file in try SourceFile.all() where file.path != "Package.swift" {
            let first = file.lines.first ?? ""
            #expect(first.contains("SPDX-License-Identifier: Apache-2.0"), "\(file.path)")
        }
    }

    @Test func nothingIsLeftForLaterOrToChance() throws {
        for file in try SourceFile.product() {
            for (number, text) in file.numbered {
                for word in Self.banned where text.contains(word) {
                    Issue.record("\(file.place(number)) says \(word)")
                }
            }
        }
    }

    @Test func everyPromiseToTheCompilerHasItsReason() throws {
        for file in try SourceFile.product() where file.isSwift {
            for (number, text) in file.numbered
            where Self.explained.contains(where: text.contains) && !isComment(text) {
                #expect(
                    isExplained(file, number),
                    "\(file.place(number)) gives no reason: \(text)"
                )
            }
        }
    }

    /// A comment on the line, right above it, or as the first line of the body it opens.
    private func isExplained(_ file: SourceFile, _ number: Int) -> Bool {
        let around = [number - 1, number - 2, number].filter(file.lines.indices.contains)
        return around.contains { file.lines[$0].contains("//") }
    }

    private func isComment(_ text: String) -> Bool {
        text.drop { $0 == " " }.hasPrefix("//")
    }
}
