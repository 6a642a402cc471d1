/* SPDX-License-Identifier: Apache-2.0
 * From codes to leaves: several trees at a time, no branch depends on the row. */
#include "tree_internal.h"

/* One level down: `index = 2 * index + (rank < code of column)`. */
#if defined(__x86_64__)
/* A compiler makes the carry a byte, widens and adds it, and runs out of registers: twice the time. */
#define STEP(index, nodes, tree_offset)                                                           \
    do {                                                                                          \
        uint64_t code;                                                                            \
        __asm__("movzbl %c[offset](%[node],%[at],2), %k[code]\n\t"                                \
                "movzbl (%[row],%[code]), %k[code]\n\t"                                           \
                "cmpb %b[code], %c[offset]+1(%[node],%[at],2)\n\t"                                \
                "adcq %[at], %[at]"                                                               \
                : [at] "+r"(index), [code] "=&r"(code)                                            \
                : [node] "r"(nodes), [row] "r"(codes), [offset] "i"(tree_offset),                 \
                  "m"(*(const uint8_t(*)[TREE_PERFECT_COLUMNS_MAX + 1])codes)                     \
                : "cc");                                                                          \
    } while (0)
#else
#define STEP(index, nodes, tree_offset)                                                           \
    do {                                                                                          \
        const uint8_t *node = (nodes) + (tree_offset) + 2 * index;                                \
        index += index + (node[1] < codes[node[0]]);                                              \
    } while (0)
#endif

/* Each tree of a group, by hand: the offsets are constants of the instructions. */
#define EACH_TREE(what)                                                                           \
    what(0) what(1) what(2) what(3) what(4) what(5) what(6) what(7) what(8) what(9)

#define UNROLLED _Pragma("clang loop unroll(full)")

/* The leaves of the group of perfect trees at `nodes`; `leaf` is the first leaf of the first. */
#define WALK_PERFECT(levels)                                                                      \
    static void walk_perfect_##levels(                                                            \
        const uint8_t *nodes, const uint8_t *codes, uint32_t leaf, uint32_t *leaves) {            \
        enum { LEVELS = levels };                                                                 \
        uint64_t index[TREE_GROUP] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};                              \
        UNROLLED for (int level = 0; level < LEVELS; level++) { EACH_TREE(STEP_OF) }              \
        UNROLLED for (uint32_t tree = 0; tree < TREE_GROUP; tree++)                               \
            leaves[tree] = leaf + (uint32_t)index[tree] + (tree << LEVELS) - (1u << LEVELS);      \
    }

#define STEP_OF(tree) STEP(index[tree], nodes, (tree) << (LEVELS + 1));

WALK_PERFECT(1)
WALK_PERFECT(2)
WALK_PERFECT(3)
WALK_PERFECT(4)
WALK_PERFECT(5)
WALK_PERFECT(6)
WALK_PERFECT(7)
WALK_PERFECT(8)

typedef void (*walk)(const uint8_t *, const uint8_t *, uint32_t, uint32_t *);

static const walk walks[TREE_PERFECT_DEPTH_MAX] = {
    walk_perfect_1, walk_perfect_2, walk_perfect_3, walk_perfect_4,
    walk_perfect_5, walk_perfect_6, walk_perfect_7, walk_perfect_8,
};

static void find_leaves_perfect(
    const tree_program *program, const uint8_t *codes, uint32_t first, uint32_t end, uint32_t *leaves) {
    walk walk_group = walks[program->depth - 1];
    size_t leaf_size = (program->adds_double ? 8 : 4) * (size_t)program->leaf_width;
    const uint8_t *nodes = program->nodes;
    for (uint32_t tree = first; tree < end; tree += TREE_GROUP, leaves += TREE_GROUP) {
        uint32_t leaf = tree << program->depth;
        walk_group(nodes + ((size_t)leaf << 1), codes, leaf, leaves);
        /* The sums wait for each other, their leaves need not. */
        for (int i = 0; i < TREE_GROUP; i++)
            __builtin_prefetch((const char *)program->leaves + leaves[i] * leaf_size);
    }
}

/* Levels between two looks at whether all trees of a group have reached a leaf. */
#define SPARSE_LEVELS 4

static inline uint32_t step_sparse(const tree_sparse_node *nodes, const uint8_t *codes, uint32_t index) {
    tree_sparse_node node = nodes[index];
    return node.left + (node.rank < codes[node.column]);
}

static void walk_sparse(const tree_sparse_node *nodes, const uint8_t *codes, uint32_t *leaves) {
    uint32_t moved;
    do {
        moved = 0;
        for (int level = 1; level < SPARSE_LEVELS; level++)
            UNROLLED for (int tree = 0; tree < TREE_GROUP; tree++)
                leaves[tree] = step_sparse(nodes, codes, leaves[tree]);
        UNROLLED for (int tree = 0; tree < TREE_GROUP; tree++) {
            uint32_t next = step_sparse(nodes, codes, leaves[tree]);
            moved |= next ^ leaves[tree];
            leaves[tree] = next;
        }
    } while (moved);
}

static void find_leaves_sparse(
    const tree_program *program, const uint8_t *codes, uint32_t first, uint32_t end, uint32_t *leaves) {
    for (uint32_t tree = first; tree < end; tree += TREE_GROUP, leaves += TREE_GROUP) {
        for (int i = 0; i < TREE_GROUP; i++) leaves[i] = program->roots[tree + (uint32_t)i];
        walk_sparse(program->nodes, codes, leaves);
    }
}

void tree_find_leaves(
    const tree_program *program, const uint8_t *codes, uint32_t first, uint32_t end, uint32_t *leaves) {
    if (program->layout == TREE_LAYOUT_PERFECT) find_leaves_perfect(program, codes, first, end, leaves);
    else find_leaves_sparse(program, codes, first, end, leaves);
}
