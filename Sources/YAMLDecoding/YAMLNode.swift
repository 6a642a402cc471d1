// SPDX-License-Identifier: Apache-2.0

/// A value of a file with its place; scalars stay text until a schema says what they are.
package struct YAMLNode: Sendable {
    /// What a node holds.
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// Entries as written: a key may come twice, which decoding refuses.
        case mapping([YAMLEntry])
    }

    /// What is there.
    package let content: Content
    /// Where it begins.
    package let span: SourceSpan

    /// A list's elements; none for anything else.
    package var elements: [YAMLNode] {
        if case .sequence(let nodes) = content { nodes } else { [] }
    }

    /// A mapping's entries; none for anything else.
    package var entries: [YAMLEntry] {
        if case .mapping(let entries) = content { entries } else { [] }
    }

    /// Whether there is nothing, as after `key:`.
    package var isEmpty: Bool {
        if case .scalar(let scalar) = content {
            scalar.isPlain && scalar.text.isEmpty
        } else {
            false
        }
    }
}

/// Text as written, quotes and escapes resolved, variables not.
package struct YAMLScalar: Hashable, Sendable {
    /// The text.
    package let text: String
    /// Whether it stood without quotes, so that free-form settings read `1` as a number.
    package let isPlain: Bool
}

/// A key and its value.
package struct YAMLEntry: Sendable {
    /// The key's text.
    package let key: String
    /// Where the key stands.
    package let keySpan: SourceSpan
    /// The value.
    package let value: YAMLNode
}
