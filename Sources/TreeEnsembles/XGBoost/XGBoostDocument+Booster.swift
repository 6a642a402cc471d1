// SPDX-License-Identifier: Apache-2.0

extension XGBoostDocument {
    /// A booster of trees; dart nests one in another, its weights beside or, lately, inside.
    mutating func readBooster(from reader: inout some DocumentReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name":
                boosterPlace = reader.place
                boosterName = try reader.text()
            case "gbtree": try readBooster(from: &reader)
            case "weight_drop": treeWeights = try reader.floats()
            case "model": try readModel(from: &reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readModel(from reader: inout some DocumentReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "trees": try readTrees(from: &reader)
            case "tree_info": treeGroups = try reader.integers()
            case "iteration_indptr": iterationOffsets = try reader.integers()
            case "weight_drop": treeWeights = try reader.floats()
            case "gbtree_model_param": try readModelParameters(from: &reader)
            case "cats": try readCategories(from: &reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readTrees(from reader: inout some DocumentReader) throws(ModelError) {
        try reader.enterArray()
        while try reader.hasNextElement() {
            try checkCount(trees.count + 1, max: TreeEnsembleLimits.treesMax, "trees")
            trees.append(try XGBoostTree(from: &reader))
        }
    }

    private mutating func readModelParameters(
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if key == "num_parallel_tree" {
                parallelTreeCount = try reader.integerText()
            } else {
                try reader.skip()
            }
        }
    }

    private mutating func readCategories(
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard key == "enc" else {
                try reader.skip()
                continue
            }
            try reader.enterArray()
            while try reader.hasNextElement() { try readColumn(from: &reader) }
        }
    }

    /// The categories of a column: numbers, or texts as one run of bytes cut at offsets.
    private mutating func readColumn(from reader: inout some DocumentReader) throws(ModelError) {
        var offsets: [Int]?
        var values: [Double] = []
        let place = reader.place
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "offsets": offsets = try reader.integers()
            case "values": values = try reader.doubles()
            default: try reader.skip()
            }
        }
        guard let offsets else { return categories.append(values.map { .number($0) }) }
        let bytes = values.map { UInt8(truncatingIfNeeded: Int(exactly: $0) ?? 0) }
        guard offsets.first ?? 0 == 0, offsets.last ?? 0 <= bytes.count,
            zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw ModelError(.malformed, "categories whose offsets go astray", at: place) }
        categories.append(
            zip(offsets, offsets.dropFirst()).map {
                .text(String(decoding: bytes[$0..<$1], as: UTF8.self))
            }
        )
    }
}
