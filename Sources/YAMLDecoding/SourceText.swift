// SPDX-License-Identifier: Apache-2.0

/// A file's text cut into lines of Unicode scalars, which is how YAML counts columns.
package final class SourceText: Sendable {
    /// The file's name as diagnostics show it.
    package let name: String
    /// The lines without their line ends.
    package let lines: [[Unicode.Scalar]]

    /// Checks and cuts the bytes of a file.
    ///
    /// - Throws: `DiagnosticReport` for bytes that are not UTF-8 and for characters YAML forbids.
    package init(name: String, bytes: [UInt8]) throws(DiagnosticReport) {
        let lines = Self.lines(of: bytes)
        self.name = name
        self.lines = lines
        guard let (line, column, problem) = Self.firstForbidden(in: lines, bytes: bytes) else {
            return
        }
        let span = SourceSpan(source: self, line: line, column: column, length: 1)
        throw DiagnosticReport([Diagnostic(.encoding, problem, at: span)])
    }

    /// The text of one line, from 1; empty when there is no such line.
    package func line(_ number: Int) -> [Unicode.Scalar] {
        lines.indices.contains(number - 1) ? lines[number - 1] : []
    }

    private static func lines(of bytes: [UInt8]) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = [[]]
        var previous: Unicode.Scalar = " "
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r": lines.append([])
            default: lines[lines.count - 1].append(scalar)
            }
            previous = scalar
        }
        if lines[0].first == "\u{FEFF}" { lines[0].removeFirst() }
        return lines
    }

    private static func firstForbidden(
        in lines: [[Unicode.Scalar]],
        bytes: [UInt8]
    ) -> (line: Int, column: Int, problem: String)? {
        let isUTF8 = String(validating: bytes, as: UTF8.self) != nil
        for (row, line) in lines.enumerated() {
            for (column, scalar) in line.enumerated() {
                if !isUTF8, scalar == "\u{FFFD}" {
                    return (row + 1, column + 1, "the file is not UTF-8 text")
                }
                if isForbidden(scalar) {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
                    return (row + 1, column + 1, "the character U+\(padded) is not allowed in YAML")
                }
            }
        }
        return nil
    }

    /// Controls, marks that other tools take for line ends, and the private plane `YAMLParser` uses.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: scalar.value >= 0x10_0000
        }
    }
}
