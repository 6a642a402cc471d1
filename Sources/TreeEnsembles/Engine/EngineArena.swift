// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// The memory a compiled ensemble lies in: one block, aligned to cache lines, written once.
final class EngineArena: @unchecked Sendable {  // Nothing is written after `init`.
    /// The program and what it points to, all in the block.
    let program: UnsafePointer<tree_program>
    /// What was compiled, in words.
    let summary: String
    private let block: UnsafeMutableRawPointer

    /// Compiles an ensemble.
    ///
    /// - Throws: `EngineLimit` when the kernels do not cover it.
    init(_ ensemble: TreeEnsemble, kernels: CompiledEnsemble.Kernels) throws(EngineLimit) {
        guard ensemble.linearLeaves == nil else { throw .linearLeaves }
        let kind = ensemble.accumulation.kind
        guard kind == .sumFromBase || kind == .sumThenBase else { throw .extremes }
        let forest = try CodedForest(ensemble)
        let hasAVX2 = kernels == .fastest && tree_kernels_have_avx2() != 0
        var program = tree_program(ensemble, forest, hasAVX2: hasAVX2)
        var sections = ArenaSections()
        let root = sections.append([program])
        let pointers = EnginePointers(ensemble, forest, program, &sections)
        block = sections.copied()
        pointers.set(&program, in: block)
        block.storeBytes(of: program, toByteOffset: root, as: tree_program.self)
        self.program = UnsafePointer(block.assumingMemoryBound(to: tree_program.self))
        summary = Self.summary(program, byteCount: sections.byteCount)
    }

    deinit { block.deallocate() }

    private static func summary(_ program: tree_program, byteCount: Int) -> String {
        let layout = program.layout == TREE_LAYOUT_PERFECT ? "perfect" : "sparse"
        let batches =
            program.sweep_trees == nil ? "rows one by one" : "tiles of \(TREE_TILE_ROWS) rows"
        let kernels = program.has_avx2 != 0 ? "AVX2" : "portable"
        return "\(layout) trees of \(program.column_count) coded columns, \(batches), "
            + "\(kernels), \((byteCount + 1023) / 1024) KiB"
    }
}

extension tree_program {
    /// All but the pointers.
    fileprivate init(_ ensemble: TreeEnsemble, _ forest: CodedForest, hasAVX2: Bool) {
        self.init()
        let accumulation = ensemble.accumulation
        divisor = accumulation.divisor
        scale = accumulation.scale
        missing_value = ensemble.missingValue ?? .nan
        key_column_count = UInt32(forest.columns.keyColumns.count)
        set_column_count = UInt32(forest.columns.setColumns.count)
        column_count = UInt32(forest.columns.count)
        tree_count = UInt32(forest.trees.count)
        depth = UInt32(forest.depth)
        output_count = UInt32(ensemble.outputCount)
        leaf_width = UInt32(ensemble.leafWidth)
        sweep_rows_min = UInt32(SweepLayout.rowsMin(forest))
        let isPerfect = PerfectLayout.suits(forest)
        layout = UInt8(isPerfect ? TREE_LAYOUT_PERFECT : TREE_LAYOUT_SPARSE)
        reads_double = ensemble.inputPrecision == .float64 ? 1 : 0
        adds_double = accumulation.precision == .float64 ? 1 : 0
        starts_from_base = accumulation.kind == .sumFromBase ? 1 : 0
        adds_base = accumulation.base.allSatisfy { $0 == 0 } ? 0 : 1
        let isPlain =
            forest.columns.keyColumns.allSatisfy { $0.missing == TREE_MISSING_NAN }
            && forest.columns.setColumns.allSatisfy { $0.missing == TREE_MISSING_NAN }
        let readsAsIs = ensemble.missingValue == nil && !ensemble.readsTinyAsZero
        reads_plainly = isPlain && readsAsIs ? 1 : 0
        reads_tiny_as_zero = ensemble.readsTinyAsZero ? 1 : 0
        has_avx2 = hasAVX2 ? 1 : 0
    }
}

/// Where in the arena the program's pointers lead.
private struct EnginePointers {
    private let keyColumns, keys, setColumns, words, nodes, roots, leaves, outputEnd, base: Int
    private let sweep: (trees: Int, nodes: Int, leaves: Int)?

    init(
        _ ensemble: TreeEnsemble,
        _ forest: CodedForest,
        _ program: tree_program,
        _ sections: inout ArenaSections
    ) {
        let precision = ensemble.accumulation.precision
        keyColumns = sections.append(forest.columns.keyColumns)
        keys = sections.append(forest.columns.keys, as: ensemble.inputPrecision)
        setColumns = sections.append(forest.columns.setColumns)
        words = sections.append(ensemble.categorySets.words)
        base = sections.append(ensemble.accumulation.base)
        outputEnd = sections.append(forest.outputEnd)
        if program.layout == TREE_LAYOUT_PERFECT {
            let layout = PerfectLayout(forest, leafWidth: ensemble.leafWidth)
            nodes = sections.append(layout.nodes)
            leaves = sections.append(layout.leaves, as: precision)
            roots = 0
        } else {
            let layout = SparseLayout(forest, leafWidth: ensemble.leafWidth)
            nodes = sections.append(layout.nodes)
            leaves = sections.append(layout.leaves, as: precision)
            roots = sections.append(layout.roots)
        }
        guard program.has_avx2 != 0, SweepLayout.suits(forest, leafWidth: ensemble.leafWidth) else {
            sweep = nil
            return
        }
        let layout = SweepLayout(forest)
        sweep = (
            sections.append(layout.trees), sections.append(layout.nodes),
            sections.append(layout.leaves, as: precision)
        )
    }

    func set(_ program: inout tree_program, in block: UnsafeRawPointer) {
        func pointer<T>(_ offset: Int) -> UnsafePointer<T> {
            (block + offset).assumingMemoryBound(to: T.self)
        }
        program.key_columns = pointer(keyColumns)
        program.keys = block + keys
        program.set_columns = pointer(setColumns)
        program.words = pointer(words)
        program.nodes = block + nodes
        program.roots = pointer(roots)
        program.leaves = block + leaves
        program.output_end = pointer(outputEnd)
        program.base = pointer(base)
        guard let sweep else { return }
        program.sweep_trees = pointer(sweep.trees)
        program.sweep_nodes = pointer(sweep.nodes)
        program.sweep_leaves = block + sweep.leaves
    }
}
