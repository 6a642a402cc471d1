// SPDX-License-Identifier: Apache-2.0

/// A split of CatBoost: `x > border` leads to the right.
struct CatBoostSplit {
    let feature: Int
    let border: Float

    init(from reader: inout JSONReader) throws(ModelError) {
        var feature: Int?
        var border: Float?
        var type = ""
        let place = reader.place
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "float_feature_index": feature = try reader.integer()
            case "border": border = try reader.float()
            case "split_type": type = try reader.text()
            default: try reader.skip()
            }
        }
        guard type == "FloatFeature" else {
            throw ModelError(
                .unsupported,
                "splits of type \"\(type)\"",
                at: place,
                advice: "train on numbers: encode categories before CatBoost does"
            )
        }
        guard let feature, let border else {
            throw ModelError(.malformed, "a split without feature or border", at: place)
        }
        self.feature = feature
        self.border = border
    }
}

/// A tree whose levels each ask one question; bit `i` of a leaf's number answers split `i`.
struct CatBoostObliviousTree {
    private(set) var splits: [CatBoostSplit] = []
    private(set) var leafValues: [Double] = []

    init(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "leaf_values": leafValues = try reader.doubles()
            case "splits":
                try reader.enterArray()
                while try reader.hasNextElement() {
                    splits.append(try CatBoostSplit(from: &reader))
                }
            default: try reader.skip()
            }
        }
    }
}

/// A tree of any shape; its root is read last.
struct CatBoostTree {
    enum Node {
        case split(CatBoostSplit, left: Int, right: Int)
        case leaf([Double])
    }

    private(set) var nodes: [Node] = []

    init(from reader: inout JSONReader) throws(ModelError) { _ = try read(from: &reader) }

    /// Reads a node with all below it; the reader bounds how deep.
    private mutating func read(from reader: inout JSONReader) throws(ModelError) -> Int {
        var left: Int?
        var right: Int?
        var split: CatBoostSplit?
        var values: [Double]?
        let place = reader.place
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "left": left = try read(from: &reader)
            case "right": right = try read(from: &reader)
            case "split": split = try CatBoostSplit(from: &reader)
            case "value":
                values =
                    reader.peek() == UInt8(ascii: "[")
                    ? try reader.doubles() : [try reader.double()]
            default: try reader.skip()
            }
        }
        if let split, let left, let right {
            nodes.append(.split(split, left: left, right: right))
        } else if let values {
            nodes.append(.leaf(values))
        } else {
            throw ModelError(.malformed, "a node that is neither split nor leaf", at: place)
        }
        return nodes.count - 1
    }
}

/// A column of CatBoost: where it is in a row, and on which side of all borders NaN is.
struct CatBoostFeature {
    private(set) var name = ""
    private(set) var column = -1
    private(set) var isMissingGreatest = false

    init(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "feature_id", "feature_name": name = try reader.text()
            case "flat_feature_index": column = try reader.integer()
            case "nan_value_treatment": isMissingGreatest = try reader.text() == "AsTrue"
            default: try reader.skip()
            }
        }
    }

    func node(_ border: Float) -> TreeNode {
        TreeNode(
            feature: Int32(clamping: column),
            rule: .lessOrEqual,
            threshold: Double(border),
            missing: .nan,
            defaultsLeft: !isMissingGreatest
        )
    }
}
