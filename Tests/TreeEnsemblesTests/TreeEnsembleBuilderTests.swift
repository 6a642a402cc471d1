// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// Trees come out in one numbering, and what is no tree is refused.
struct TreeEnsembleBuilderTests {
    /// A tree as a table: a split has two children, a leaf a value.
    struct Table: SourceTree {
        var root = 0
        var splits: [Int: (left: Int, right: Int)] = [:]
        var nodeCount: Int
        var feature: Int32 = 0

        func node(_ number: Int) throws(ModelError) -> SourceNode {
            guard let split = splits[number] else { return .leaf(Double(number)) }
            let node = TreeNode(
                feature: feature,
                rule: .less,
                threshold: Double(split.left),
                missing: .nan,
                defaultsLeft: false
            )
            return .split(node, left: split.left, right: split.right)
        }
    }

    private func builder() throws -> TreeEnsembleBuilder {
        try TreeEnsembleBuilder(
            features: [Feature(name: "x", kind: .numeric)],
            inputPrecision: .float32,
            accumulation: Accumulation(.sumFromBase, precision: .float32, base: [0])
        )
    }

    @Test func numbersParentsBeforeChildrenAndLeavesFromTheLeft() throws {
        var builder = try builder()
        try builder.addTree(
            Table(splits: [0: (4, 1), 4: (3, 2)], nodeCount: 5),
            output: 0
        )
        let source = ModelSource(
            format: .xgboostJSON,
            version: "",
            objective: "",
            iterationCount: 1
        )
        let ensemble = builder.ensemble(transform: .identity, source: source)
        #expect(ensemble.nodes.map(\.left) == [TreeChild(node: 1), TreeChild(leaf: 0)])
        #expect(ensemble.nodes.map(\.right) == [TreeChild(leaf: 2), TreeChild(leaf: 1)])
        #expect(ensemble.leafValues == [3, 2, 1])
        #expect(ensemble.trees[0].depth == 2)
        #expect(!ensemble.trees[0].isOblivious)
    }

    @Test(arguments: [
        Table(splits: [0: (0, 1)], nodeCount: 2),
        Table(splits: [0: (1, 1)], nodeCount: 2),
        Table(splits: [0: (1, 7)], nodeCount: 2),
        Table(splits: [0: (1, -1)], nodeCount: 2),
        Table(splits: [0: (1, 2)], nodeCount: 3, feature: 1),
        Table(nodeCount: 0),
    ])
    func refusesWhatIsNoTree(_ table: Table) throws {
        var builder = try builder()
        #expect(throws: ModelError.self) { try builder.addTree(table, output: 0) }
    }

    @Test func refusesTreesTooDeep() throws {
        var builder = try builder()
        let count = 2 * TreeEnsembleLimits.depthMax
        let splits = (0...count / 2).map { (2 * $0, (left: 2 * $0 + 1, right: 2 * $0 + 2)) }
        let chain = Table(splits: Dictionary(uniqueKeysWithValues: splits), nodeCount: count + 3)
        #expect(throws: ModelError.self) { try builder.addTree(chain, output: 0) }
    }
}
