// SPDX-License-Identifier: Apache-2.0

/// The stable name of a kind of problem, such as `C012`; codes are never reused.
package struct DiagnosticCode: Hashable, Sendable, CustomStringConvertible {
    /// The code as shown.
    package let description: String

    /// A code; other targets add their own in extensions.
    package init(_ description: String) { self.description = description }

    /// The file cannot be read.
    package static let unreadable = DiagnosticCode("C001")
    /// The file is larger than `YAMLLimits.fileBytes`.
    package static let tooLarge = DiagnosticCode("C002")
    /// Bytes that are not UTF-8, or characters YAML forbids.
    package static let encoding = DiagnosticCode("C003")
    /// The text is not YAML.
    package static let syntax = DiagnosticCode("C004")
    /// Values inside one another beyond `YAMLLimits.depth`.
    package static let tooDeep = DiagnosticCode("C005")
    /// More values than `YAMLLimits.expandedNodes`, aliases replaced.
    package static let tooManyNodes = DiagnosticCode("C006")
    /// YAML we do not read: tags, keys that are not text, aliases of nothing.
    package static let unsupported = DiagnosticCode("C007")
    /// A value of the wrong kind.
    package static let wrongType = DiagnosticCode("C010")
    /// A required key is absent.
    package static let missingKey = DiagnosticCode("C011")
    /// A key the schema does not have.
    package static let unknownKey = DiagnosticCode("C012")
    /// A key given twice.
    package static let duplicateKey = DiagnosticCode("C013")
    /// A value outside its range.
    package static let outOfRange = DiagnosticCode("C014")
    /// A word that is not among the allowed ones.
    package static let unknownChoice = DiagnosticCode("C015")
    /// `${NAME}` where the environment has no `NAME`.
    package static let unsetVariable = DiagnosticCode("C016")
    /// `${` that does not continue as a variable.
    package static let malformedVariable = DiagnosticCode("C017")
    /// More problems than `YAMLLimits.diagnostics`.
    package static let tooManyProblems = DiagnosticCode("C018")
}
