/* SPDX-License-Identifier: Apache-2.0
 * Sums over a tile, included once for each type leaves have (SUM) by tree_sweep.c. */

#define JOIN2(a, b) a##_##b
#define NAME2(a, b) JOIN2(a, b)
#define FUNCTION(name) NAME2(name, SUM)

/* Each row's leaves of some trees, in their order. */
static inline void FUNCTION(add)(
    const SUM *const *leaves, const tree_leaf_numbers *numbers, uint32_t tree_count, SUM *sums) {
    for (int row = 0; row < TREE_TILE_ROWS; row++) {
        SUM sum = sums[row];
        for (uint32_t tree = 0; tree < tree_count; tree++) sum += leaves[tree][numbers[tree][row]];
        sums[row] = sum;
    }
}

/* One output of all rows. */
TREE_AVX2 static void FUNCTION(sweep_output)(
    const tree_program *program, const int8_t *tile, uint32_t tree, uint32_t end, SUM *sums) {
    tree_leaf_numbers numbers[SWEEP_TREES];
    const SUM *leaves[SWEEP_TREES];
    while (tree < end) {
        uint32_t count = end - tree < SWEEP_TREES ? end - tree : SWEEP_TREES;
        for (uint32_t i = 0; i < count; i++) {
            const tree_sweep_tree *swept = &program->sweep_trees[tree + i];
            leaves[i] = (const SUM *)program->sweep_leaves + swept->leaves;
            sweep(program->sweep_nodes + swept->nodes, swept->node_count, tile, numbers[i]);
        }
        if (count == SWEEP_TREES) FUNCTION(add)(leaves, numbers, SWEEP_TREES, sums);
        else FUNCTION(add)(leaves, numbers, count, sums);
        tree += count;
    }
}

static void FUNCTION(sweep_tile)(
    const tree_program *program, const int8_t *tile, size_t count, double *margins) {
    uint32_t tree = 0;
    for (uint32_t output = 0; output < program->output_count; output++) {
        SUM base = program->starts_from_base ? (SUM)program->base[output] : 0;
        SUM sums[TREE_TILE_ROWS];
        for (int row = 0; row < TREE_TILE_ROWS; row++) sums[row] = base;
        FUNCTION(sweep_output)(program, tile, tree, program->output_end[output], sums);
        for (size_t row = 0; row < count; row++)
            margins[row * program->output_count + output] = sums[row];
        tree = program->output_end[output];
    }
}

#undef FUNCTION
#undef NAME2
#undef JOIN2
