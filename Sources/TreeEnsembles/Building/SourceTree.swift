// SPDX-License-Identifier: Apache-2.0

/// A tree as a file numbers it, before it is checked.
package protocol SourceTree {
    /// Where its walk starts.
    var root: Int { get }
    /// How many splits and leaves the file gives it: a walk that meets more of them goes in circles.
    var nodeCount: Int { get }

    /// What stands at a number that `root` or a split gave; the number may be out of range.
    func node(_ number: Int) throws(ModelError) -> SourceNode
}

/// A split or leaf as a file numbers it.
package enum SourceNode {
    /// A split and the numbers its sides lead to; the children of the node itself mean nothing.
    case split(TreeNode, left: Int, right: Int)
    /// A leaf of one value.
    case leaf(Double)
    /// A leaf with a value for every output.
    case leafVector(ArraySlice<Double>)
    /// A leaf with a linear model and the value it falls back to.
    case linearLeaf(LinearLeaf)
}

/// A leaf that answers `constant + Σ coefficient · x`, or its value where one of its features is NaN.
package struct LinearLeaf {
    let value: Double
    let constant: Double
    let features: ArraySlice<Int32>
    let coefficients: ArraySlice<Double>

    /// A leaf with a term for each of the columns.
    package init(
        value: Double,
        constant: Double,
        features: ArraySlice<Int32>,
        coefficients: ArraySlice<Double>
    ) {
        self.value = value
        self.constant = constant
        self.features = features
        self.coefficients = coefficients
    }
}
