/* SPDX-License-Identifier: Apache-2.0
 * What is the same for all rows of a call is decided once, and what hangs on it is left out. */
#include "tree_internal.h"

/* The splits of a tree that still ask something; a split that always takes its second side stays, as it
 * moves the rows on, without the splits between its sides' first leaves. */
static uint32_t prune_tree(
    const tree_program *program, const tree_sweep_tree *tree, const uint8_t *codes,
    const uint8_t *is_fixed, tree_sweep_node *nodes) {
    const tree_sweep_node *all = program->sweep_nodes + tree->nodes;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < tree->node_count; i++) {
        tree_sweep_node node = all[i];
        if (is_fixed[node.column]) {
            int takes_second = (uint8_t)(node.rank + 128) < codes[node.column];
            if (!takes_second) {
                i += (uint32_t)(node.last - node.second);
                continue;
            }
            while (kept > 0 && nodes[kept - 1].second > node.first) kept--;
            node.column = (uint16_t)tree_passing_column(program);
            node.rank = INT8_MIN;
        }
        nodes[kept++] = node;
    }
    return kept;
}

void tree_prune(
    const tree_program *program, const uint8_t *codes, const uint8_t *is_fixed, tree_sweep_node *nodes,
    tree_sweep_tree *trees) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < program->tree_count; i++) {
        const tree_sweep_tree *tree = &program->sweep_trees[i];
        trees[i].leaves = tree->leaves;
        trees[i].nodes = count;
        trees[i].node_count = prune_tree(program, tree, codes, is_fixed, nodes + count);
        count += trees[i].node_count;
    }
}
