// SPDX-License-Identifier: Apache-2.0

/// A column the model reads.
package struct Feature: Hashable, Sendable {
    /// What the values of a column are.
    package enum Kind: Hashable, Sendable {
        /// Numbers.
        case numeric
        /// Codes from 0 of categories, as numbers.
        case categorical
    }

    /// A category as the training data spelled it.
    package enum Category: Hashable, Sendable {
        /// A text.
        case text(String)
        /// A number.
        case number(Double)
        /// A truth value.
        case boolean(Bool)
    }

    /// The column's name, `f<index>` where the file has none.
    package let name: String
    /// What its values are.
    package let kind: Kind
    /// The categories the file lists, empty if it lists none: the position of each is its code.
    ///
    /// What is not listed was not seen in training, and is NaN to the model.
    package let categories: [Category]

    /// A column of that name.
    package init(name: String, kind: Kind, categories: [Category] = []) {
        self.name = name
        self.kind = kind
        self.categories = categories
    }
}
