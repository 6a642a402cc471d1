// SPDX-License-Identifier: Apache-2.0

/// What a file may cost to read, so that a hostile or mistaken one is refused and not suffered.
package enum YAMLLimits {
    /// Bytes in a file: far above any configuration written by hand.
    package static let fileBytes = 1 << 20
    /// Mappings and lists inside one another: the deepest real path has eight.
    package static let depth = 32
    /// Values after every alias is replaced by what it names, which defuses "billion laughs".
    package static let expandedNodes = 50_000
    /// Duplicate keys reported in one file: each costs one more parse.
    package static let duplicateKeys = 50
    /// Problems shown: a file that has more is not the file it was meant to be.
    package static let diagnostics = 100
    /// Characters of a source line shown in a diagnostic.
    package static let excerptColumns = 120
}
