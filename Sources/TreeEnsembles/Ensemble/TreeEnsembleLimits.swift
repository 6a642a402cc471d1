// SPDX-License-Identifier: Apache-2.0

/// The largest model that is read: what a hostile file can make the reader hold is bounded by these.
package enum TreeEnsembleLimits {
    /// Bytes of a model file: eight times the largest ensembles people serve from a CPU.
    package static let fileSizeMax = 1 << 30
    /// Trees: ten times what a thorough search with a tiny learning rate comes to.
    package static let treesMax = 100_000
    /// Splits of all trees together; with their 32 bytes each they fill 1 GiB.
    package static let nodesMax = 1 << 25
    /// Values of all leaves together: 1 GiB of doubles.
    package static let leafValuesMax = 1 << 27
    /// Splits from the root to a leaf; trees that grow leaf by leaf seldom pass 100.
    package static let depthMax = 1_024
    /// Columns of a row: sparse text models have some 100,000.
    package static let featuresMax = 1 << 20
    /// Margins of a row: classes or targets.
    package static let outputsMax = 4_096
    /// A category's code is below this, as XGBoost has it: the last integer float32 still counts to.
    package static let categoryCodeMax = 1 << 24
    /// 32-bit words of all category sets together: 256 MiB.
    package static let categoryWordsMax = 1 << 26
    /// Terms of all linear leaves together.
    package static let linearTermsMax = 1 << 25
    /// Nested arrays and objects of a document; the deepest known format has nine besides its trees.
    package static let nestingMax = 64
    /// Bytes of a name or text that is kept: a column's name, an objective, a category.
    package static let textSizeMax = 1 << 16
}
