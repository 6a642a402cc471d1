// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// What a split asks, in the two forms the kernels know.
enum SplitQuestion: Hashable {
    /// Whether the value is at least a key. A NaN key is reached by none.
    case reaches(Double)
    /// Whether a code of a row's own column is 255: the answer to a question about equality or a set.
    case denies(asks: Int32, value: Double, set: Int32)
}

/// A split whose second side is taken where the answer is yes.
struct NormalizedSplit {
    let question: SplitQuestion
    let feature: Int32
    let missing: TreeNode.Missing
    let first: TreeChild
    let second: TreeChild
    let missingTakesSecond: Bool

    /// Turns a split into one of the two forms, its sides swapped where needed.
    init(_ node: TreeNode, _ precision: Precision) {
        let asksRightSide: Bool
        (question, asksRightSide) = Self.question(of: node, precision)
        feature = node.feature
        missing = node.missing
        first = asksRightSide ? node.left : node.right
        second = asksRightSide ? node.right : node.left
        missingTakesSecond = node.missing != .none && node.defaultsLeft != asksRightSide
    }

    /// The question, and whether yes leads to the right.
    ///
    /// What is compared with NaN is always or never
    /// so: all values that are not missing reach -infinity.
    private static func question(
        of node: TreeNode,
        _ precision: Precision
    ) -> (SplitQuestion, asksRightSide: Bool) {
        let bound = node.threshold
        let isNever = bound.isNaN
        return switch node.rule {
        case .less: (.reaches(isNever ? -.infinity : bound), true)
        case .lessOrEqual: (.reaches(isNever ? -.infinity : successor(bound, precision)), true)
        case .greater: (.reaches(successor(bound, precision)), false)
        case .greaterOrEqual: (.reaches(bound), false)
        case .equal: (isNever ? .reaches(-.infinity) : equality(bound), true)
        case .notEqual: (isNever ? .reaches(-.infinity) : equality(bound), false)
        case .inSet: (asking(TREE_ASKS_IN_SET, node), true)
        case .notInSet: (asking(TREE_ASKS_NOT_IN_SET, node), true)
        case .equalToMember: (asking(TREE_ASKS_EQUAL_TO_MEMBER, node), true)
        }
    }

    private static func equality(_ bound: Double) -> SplitQuestion {
        .denies(asks: Int32(TREE_ASKS_EQUAL), value: bound, set: 0)
    }

    private static func asking(_ asks: Int, _ node: TreeNode) -> SplitQuestion {
        .denies(asks: Int32(asks), value: 0, set: node.categorySet)
    }

    /// The least number greater than the bound, NaN if there is none: `x > bound` is `x >= successor`.
    private static func successor(_ bound: Double, _ precision: Precision) -> Double {
        guard bound < .infinity else { return .nan }
        return precision == .float32 ? Double(Float(bound).nextUp) : bound.nextUp
    }
}
