// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// The columns of codes an ensemble's splits ask, and which code passes each split.
///
/// The keys of a feature are all bounds its splits compare with, in order, at most 255 to a column.
/// Splits that send missing values to different sides ask different columns of the same keys.
struct EngineColumns {
    /// The keys of one feature whose splits agree on what is missing.
    private struct KeyGroup: Hashable {
        let feature: Int32
        let missing: TreeNode.Missing
    }

    private struct SetQuestion: Hashable {
        let feature: Int32
        let missing: TreeNode.Missing
        let question: SplitQuestion
        let missingTakesSecond: Bool
    }

    /// Where a split's answer is: the second side is taken iff `rank < code of column`.
    struct Place {
        let column: UInt16
        let rank: UInt8
    }

    /// Stands for a column nobody asks for until all are counted.
    private static let unasked = UInt16.max
    private static let keysMax = Int(TREE_COLUMN_KEYS_MAX)

    /// Columns of the keys, in the order of features.
    private(set) var keyColumns: [tree_key_column] = []
    /// The keys in blocks of 16, as `tree_key_column` describes them.
    private(set) var keys: [Double] = []
    /// Columns of questions about equality and sets.
    private(set) var setColumns: [tree_set_column] = []
    /// How many columns there are; one more, which nobody asks for, has this number.
    private(set) var count = 0

    /// Where the answer to each split is.
    private(set) var places: [Place] = []

    private var sortedKeys: [KeyGroup: [Double]] = [:]
    private var firstColumns: [KeyGroup: Int] = [:]
    private var setPlaces: [SetQuestion: Place] = [:]

    /// The columns of all splits.
    ///
    /// - Throws: `EngineLimit.columns`.
    init(_ splits: [NormalizedSplit], sets: CategorySets) throws(EngineLimit) {
        gatherKeys(of: splits)
        places.reserveCapacity(splits.count)
        for split in splits {
            switch split.question {
            case .reaches(let key): places.append(try keyPlace(of: key, split))
            case .denies: places.append(try setPlace(of: split, sets))
            }
        }
        let spare = UInt16(count)
        for index in keyColumns.indices {
            if keyColumns[index].low == Self.unasked { keyColumns[index].low = spare }
            if keyColumns[index].high == Self.unasked { keyColumns[index].high = spare }
        }
    }
}

// MARK: - Keys

extension EngineColumns {
    private mutating func gatherKeys(of splits: [NormalizedSplit]) {
        var bounds: [KeyGroup: [Double]] = [:]
        for split in splits {
            guard case .reaches(let key) = split.question else { continue }
            bounds[KeyGroup(feature: split.feature, missing: split.missing), default: []].append(
                key
            )
        }
        let groups = bounds.sorted {
            ($0.key.feature, $0.key.missing.rawValue) < ($1.key.feature, $1.key.missing.rawValue)
        }
        for (group, bounds) in groups { addKeyColumns(of: group, bounds) }
    }

    /// NaN, which no value reaches, is kept once, after all others.
    private mutating func addKeyColumns(of group: KeyGroup, _ bounds: [Double]) {
        let reachable = bounds.filter { !$0.isNaN }.sorted()
        var sorted: [Double] = []
        for key in reachable where key != sorted.last { sorted.append(key) }
        if reachable.count < bounds.count { sorted.append(.nan) }
        sortedKeys[group] = sorted
        firstColumns[group] = keyColumns.count
        for start in stride(from: 0, to: sorted.count, by: Self.keysMax) {
            keyColumns.append(
                tree_key_column(
                    keys: UInt32(keys.count),
                    feature: UInt32(group.feature),
                    low: Self.unasked,
                    high: Self.unasked,
                    missing: UInt32(group.missing.rawValue)
                )
            )
            appendBlocks(sorted[start..<min(start + Self.keysMax, sorted.count)])
        }
    }

    private mutating func appendBlocks(_ sorted: ArraySlice<Double>) {
        let size = Int(TREE_BLOCK_KEYS)
        let firsts = stride(from: sorted.startIndex + size, to: sorted.endIndex, by: size)
        for block in [firsts.map { sorted[$0] }, Array(sorted)] {
            keys += block
            let rest = block.isEmpty ? size : (size - block.count % size) % size
            keys += Array(repeating: .nan, count: rest)
        }
    }

    /// Where a split's key is, in a column that is its own from the first split that asks for it.
    private mutating func keyPlace(
        of key: Double,
        _ split: NormalizedSplit
    ) throws(EngineLimit) -> Place {
        let group = KeyGroup(feature: split.feature, missing: split.missing)
        let sorted = sortedKeys[group, default: []]
        let position = key.isNaN ? sorted.count - 1 : lowerBound(of: key, in: sorted)
        let index = firstColumns[group, default: 0] + position / Self.keysMax
        let side = split.missingTakesSecond ? \tree_key_column.high : \tree_key_column.low
        if keyColumns[index][keyPath: side] == Self.unasked {
            keyColumns[index][keyPath: side] = try nextColumn()
        }
        return Place(
            column: keyColumns[index][keyPath: side],
            rank: UInt8(position % Self.keysMax)
        )
    }

    /// The first key that is not less; NaN, the last, counts as greater than all.
    private func lowerBound(of key: Double, in sorted: [Double]) -> Int {
        var range = 0..<sorted.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let isLess = sorted[middle] < key
            range = isLess ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    private mutating func nextColumn() throws(EngineLimit) -> UInt16 {
        guard count < Int(TREE_COLUMNS_MAX) else { throw .columns(count + 1) }
        defer { count += 1 }
        return UInt16(count)
    }
}

// MARK: - Sets

extension EngineColumns {
    private mutating func setPlace(
        of split: NormalizedSplit,
        _ sets: CategorySets
    ) throws(EngineLimit) -> Place {
        let question = SetQuestion(
            feature: split.feature,
            missing: split.missing,
            question: split.question,
            missingTakesSecond: split.missingTakesSecond
        )
        if let place = setPlaces[question] { return place }
        let place = Place(column: try nextColumn(), rank: 0)
        setColumns.append(Self.setColumn(place.column, split, sets))
        setPlaces[question] = place
        return place
    }

    private static func setColumn(
        _ column: UInt16,
        _ split: NormalizedSplit,
        _ sets: CategorySets
    ) -> tree_set_column {
        var result = tree_set_column()
        result.column = column
        result.feature = UInt32(split.feature)
        result.missing = UInt8(split.missing.rawValue)
        result.missing_code = split.missingTakesSecond ? 255 : 0
        guard case .denies(let asks, let value, let set) = split.question else { return result }
        result.asks = UInt8(asks)
        result.value = value
        if asks != Int32(TREE_ASKS_EQUAL) {
            result.words = UInt32(sets.offsets[Int(set)])
            result.word_count = UInt32(sets.offsets[Int(set) + 1] - sets.offsets[Int(set)])
        }
        return result
    }
}
