// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// A compiled ensemble for calls whose rows share some features: one shopper, many products.
///
/// The shared features, the context, are decided once per call; splits on them and all that hangs on
/// the side not taken are left out for the rows. Rows may be encoded ahead, once for each snapshot.
/// Predictions are those of the whole rows, to the bit.
package final class RankingEnsemble: Sendable {
    /// The share of splits that ask about the context.
    package let contextSplitShare: Double
    private let compiled: CompiledEnsemble
    private let arena: EngineArena
    private let contextColumns: ArenaBlock<tree_key_column>
    private let itemColumns: ArenaBlock<tree_key_column>
    private let contextSets: ArenaBlock<tree_set_column>
    private let itemSets: ArenaBlock<tree_set_column>
    private let isFixed: ArenaBlock<UInt8>

    /// Prepares an ensemble for calls that share those features; nil where it is walked plainly.
    package init?(_ compiled: CompiledEnsemble, contextFeatures: Set<Int>) {
        guard let arena = compiled.arena else { return nil }
        self.compiled = compiled
        self.arena = arena
        let program = arena.program.pointee
        let keys = Array(
            UnsafeBufferPointer(start: program.key_columns, count: Int(program.key_column_count))
        )
        let sets = Array(
            UnsafeBufferPointer(start: program.set_columns, count: Int(program.set_column_count))
        )
        let contextKeys = keys.filter { contextFeatures.contains(Int($0.feature)) }
        let contextSets = sets.filter { contextFeatures.contains(Int($0.feature)) }
        var isFixed = [UInt8](repeating: 0, count: Int(program.column_count) + 1)
        for column in contextKeys {
            isFixed[Int(column.low)] = 1
            isFixed[Int(column.high)] = 1
        }
        for column in contextSets { isFixed[Int(column.column)] = 1 }
        isFixed[Int(program.column_count)] = 0
        contextSplitShare = Self.share(of: isFixed, program)
        contextColumns = ArenaBlock(contextKeys)
        itemColumns = ArenaBlock(keys.filter { !contextFeatures.contains(Int($0.feature)) })
        self.contextSets = ArenaBlock(contextSets)
        itemSets = ArenaBlock(sets.filter { !contextFeatures.contains(Int($0.feature)) })
        self.isFixed = ArenaBlock(isFixed)
    }

    /// Bytes of the codes of a row.
    package var codeCount: Int { Int(arena.program.pointee.column_count) + 1 }

    /// Bytes a call works in, aligned to 8: some six for each split.
    package var scratchByteCount: Int {
        nodesOffset + nodeCount * MemoryLayout<tree_sweep_node>.stride
    }

    /// Writes what the library predicts for rows whose context features are those of `context`.
    ///
    /// `context` and each row have `featureCount` values; of either, those of the other are not read.
    /// `scratch` has room for `scratchByteCount`, `results` for `count * resultCountMax`.
    package func predict(
        context: UnsafePointer<Float>,
        rows: UnsafePointer<Float>,
        stride: Int,
        count: Int,
        scratch: UnsafeMutableRawPointer,
        into results: UnsafeMutablePointer<Double>
    ) {
        var program = prepared(context, scratch)
        let codes = scratch.assumingMemoryBound(to: UInt8.self)
        tree_predict_rest(&program, codes, rows, stride, count, results)
        compiled.transform.apply(
            to: results,
            margins: compiled.outputCount,
            rows: count,
            compiled.precision
        )
    }

    /// Writes the codes of rows, `codeCount` bytes each, for later calls with any context.
    package func encode(
        rows: UnsafePointer<Float>,
        stride: Int,
        count: Int,
        into codes: UnsafeMutablePointer<UInt8>
    ) {
        var program = itemProgram
        tree_encode_rows(&program, rows, stride, count, codes, codeCount)
    }

    /// Writes what the library predicts for encoded rows, `stride` bytes apart, in that context.
    ///
    /// As for rows of values; the codes of context features are written over.
    package func predict(
        context: UnsafePointer<Float>,
        codes: UnsafeMutablePointer<UInt8>,
        stride: Int,
        count: Int,
        scratch: UnsafeMutableRawPointer,
        into results: UnsafeMutablePointer<Double>
    ) {
        var program = prepared(context, scratch)
        if program.sweep_trees == nil { copyContext(from: scratch, to: codes, stride, count) }
        tree_predict_codes(&program, codes, stride, count, results)
        compiled.transform.apply(
            to: results,
            margins: compiled.outputCount,
            rows: count,
            compiled.precision
        )
    }
}

// MARK: - One call

extension RankingEnsemble {
    private var nodeCount: Int {
        let program = arena.program.pointee
        guard let trees = program.sweep_trees, program.tree_count > 0 else { return 0 }
        let last = trees[Int(program.tree_count) - 1]
        return Int(last.nodes + last.node_count)
    }

    /// Trees follow the context's codes in the scratch memory.
    private var treesOffset: Int { (codeCount + 7) & ~7 }

    private var nodesOffset: Int {
        treesOffset + Int(arena.program.pointee.tree_count) * MemoryLayout<tree_sweep_tree>.stride
    }

    /// The program of the features that are not the context's.
    private var itemProgram: tree_program {
        var program = arena.program.pointee
        program.key_columns = itemColumns.start
        program.key_column_count = UInt32(itemColumns.count)
        program.set_columns = itemSets.start
        program.set_column_count = UInt32(itemSets.count)
        return program
    }

    /// Encodes the context into the scratch memory and prunes the sweep by it.
    private func prepared(
        _ context: UnsafePointer<Float>,
        _ scratch: UnsafeMutableRawPointer
    ) -> tree_program {
        let codes = scratch.assumingMemoryBound(to: UInt8.self)
        var program = arena.program.pointee
        program.key_columns = contextColumns.start
        program.key_column_count = UInt32(contextColumns.count)
        program.set_columns = contextSets.start
        program.set_column_count = UInt32(contextSets.count)
        tree_encode_rows(&program, context, 0, 1, codes, 0)
        var pruned = itemProgram
        guard pruned.sweep_trees != nil else { return pruned }
        let trees = (scratch + treesOffset).assumingMemoryBound(to: tree_sweep_tree.self)
        let nodes = (scratch + nodesOffset).assumingMemoryBound(to: tree_sweep_node.self)
        tree_prune(arena.program, codes, isFixed.start, nodes, trees)
        pruned.sweep_trees = UnsafePointer(trees)
        pruned.sweep_nodes = UnsafePointer(nodes)
        pruned.sweep_rows_min = 1
        return pruned
    }

    private func copyContext(
        from scratch: UnsafeMutableRawPointer,
        to codes: UnsafeMutablePointer<UInt8>,
        _ stride: Int,
        _ count: Int
    ) {
        let context = scratch.assumingMemoryBound(to: UInt8.self)
        for row in 0..<count {
            for column in 0..<codeCount where isFixed.start[column] != 0 {
                codes[row * stride + column] = context[column]
            }
        }
    }

    private static func share(of isFixed: [UInt8], _ program: tree_program) -> Double {
        guard let nodes = program.sweep_nodes, let trees = program.sweep_trees,
            program.tree_count > 0
        else { return 0 }
        let last = trees[Int(program.tree_count) - 1]
        let count = Int(last.nodes + last.node_count)
        let fixed = (0..<count).count { isFixed[Int(nodes[$0].column)] != 0 }
        return count == 0 ? 0 : Double(fixed) / Double(count)
    }
}
