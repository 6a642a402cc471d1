/* SPDX-License-Identifier: Apache-2.0
 * Kernels that predict with a compiled tree ensemble (docs/decisions/0019).
 *
 * A row is encoded first: each column becomes one byte, the number of the column's keys the value
 * reaches. A split then compares two bytes: its second side is taken iff `rank < code`. Nothing here
 * allocates, locks, keeps state or calls the C library. */
#ifndef TREE_KERNELS_H
#define TREE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Keys of one column: their numbers, 0 to 255, are the codes of a byte. */
#define TREE_COLUMN_KEYS_MAX 255
/* Keys of a block: two vectors of float32, one cache line. */
#define TREE_BLOCK_KEYS 16
/* Columns of a program: the codes of a row lie on the stack. */
#define TREE_COLUMNS_MAX 16384
/* Columns of a program with `TREE_LAYOUT_PERFECT`: splits name theirs in one byte. One is spare. */
#define TREE_PERFECT_COLUMNS_MAX 255
/* Levels of the trees of a program with `TREE_LAYOUT_PERFECT`. */
#define TREE_PERFECT_DEPTH_MAX 8
/* Trees that are walked at the same time: their chains of loads overlap. */
#define TREE_GROUP 10
/* Rows of a tile: one byte each fills two vectors, whose chains of operations overlap. */
#define TREE_TILE_ROWS 64
/* Columns of a program that is swept: the codes of a tile fill the first-level cache. */
#define TREE_SWEEP_COLUMNS_MAX 511
/* Leaves of a tree that is swept: their numbers are bytes. */
#define TREE_SWEEP_LEAVES_MAX 256

/* What values of a column are missing; as `TreeNode.Missing`. */
enum { TREE_MISSING_NAN, TREE_MISSING_ZERO, TREE_MISSING_NONE };

/* How splits are laid out. */
enum { TREE_LAYOUT_PERFECT, TREE_LAYOUT_SPARSE };

/* What a set column asks; as `TreeNode.Rule`. */
enum { TREE_ASKS_EQUAL, TREE_ASKS_IN_SET, TREE_ASKS_NOT_IN_SET, TREE_ASKS_EQUAL_TO_MEMBER };

/* A pair of columns of the same keys. Keys ascend in blocks, the last filled up with NaN; before
 * them stands a block with the first key of the second block and of each later one. */
typedef struct {
    uint32_t keys;     /* index of the first block's first key, 16 keys to a block */
    uint32_t feature;  /* column of the row */
    uint16_t low;      /* where the code goes; a missing value is 0 */
    uint16_t high;     /* where the code goes; a missing value is 255 */
    uint32_t missing;  /* what is missing */
} tree_key_column;

/* A column of one question: 255 if its answer is no, 0 if it is yes. */
typedef struct {
    double value;       /* what EQUAL compares with */
    uint32_t feature;   /* column of the row */
    uint32_t words;     /* index of the set's first word */
    uint32_t word_count;
    uint16_t column;
    uint8_t asks;
    uint8_t missing;
    uint8_t missing_code;
} tree_set_column;

/* A split or leaf of `TREE_LAYOUT_SPARSE`: its sides are `left` and `left + 1`; a leaf is its own
 * left side and has rank 255, which no code passes. */
typedef struct {
    uint16_t column;
    uint8_t rank;
    uint8_t padding;
    uint32_t left;
} tree_sparse_node;

/* A split as the sweep meets it, in the order of the leaves: it parts leaves `first` to `second` - 1
 * from `second` to `last`. All but the column are less 128. */
typedef struct {
    uint16_t column;
    int8_t rank;
    int8_t first;
    int8_t second;
    int8_t last;
} tree_sweep_node;

/* A tree of the sweep: its splits and where its leaves are in `sweep_leaves`. */
typedef struct {
    uint32_t nodes;
    uint32_t node_count;
    uint32_t leaves;
} tree_sweep_tree;

/* An immutable ensemble. All pointers lead into memory that outlives it, aligned to 64 bytes.
 *
 * `TREE_LAYOUT_PERFECT`: tree t has 2^depth pairs of bytes (column, rank) from `nodes` +
 * t * 2^(depth + 1), as a heap from pair 1 on, and 2^depth leaves. Trees are filled up to a multiple
 * of TREE_GROUP. `TREE_LAYOUT_SPARSE`: tree t starts at node `roots[t]`; leaf values lie beside the
 * nodes. Trees are in the order their leaves are added, output by output. */
typedef struct {
    const tree_key_column *key_columns;
    const void *keys; /* float or double, as `reads_double` */
    const tree_set_column *set_columns;
    const uint32_t *words;
    const void *nodes; /* bytes or tree_sparse_node */
    const uint32_t *roots;
    const void *leaves;         /* float or double, as `adds_double`; `leaf_width` to a leaf */
    const tree_sweep_tree *sweep_trees; /* null if the program is not swept */
    const tree_sweep_node *sweep_nodes;
    const void *sweep_leaves; /* one value each */
    const uint32_t *output_end; /* first tree after those of each output */
    const double *base;         /* one for each output */
    double divisor;
    double scale;
    double missing_value; /* reads as NaN; NaN if there is none */
    uint32_t key_column_count;
    uint32_t set_column_count;
    uint32_t column_count;
    uint32_t tree_count; /* without those that fill the last group */
    uint32_t depth;
    uint32_t output_count;
    uint32_t leaf_width;
    uint32_t sweep_rows_min; /* fewer rows are walked one by one */
    uint8_t layout;
    uint8_t reads_double;
    uint8_t adds_double;
    uint8_t starts_from_base; /* the base is added first, and nothing is done after the sum */
    uint8_t adds_base;        /* the base is added last */
    uint8_t reads_plainly;    /* NaN alone is missing, in every column, and nothing reads as 0 */
    uint8_t reads_tiny_as_zero;
    uint8_t has_avx2;
} tree_program;

/* Whether the processor has the instructions of the fast kernels. */
int tree_kernels_have_avx2(void);

/* Margins of rows `stride` bytes apart, `output_count` for each, one row after the other. Sums of
 * float32 are widened. */
void tree_predict_float(
    const tree_program *program, const float *rows, size_t stride, size_t count, double *margins);
void tree_predict_double(
    const tree_program *program, const double *rows, size_t stride, size_t count, double *margins);

/* Codes of rows, `column_count` bytes and a spare one each, `code_stride` bytes apart. Bytes of columns
 * the program does not encode stay as they are. */
void tree_encode_rows(
    const tree_program *program, const float *rows, size_t stride, size_t count, uint8_t *codes,
    size_t code_stride);

/* Margins of rows that have been encoded. */
void tree_predict_codes(
    const tree_program *program, const uint8_t *codes, size_t stride, size_t count, double *margins);

/* What is left of the sweep where some columns have the same code in all rows: `is_fixed` is not 0 for
 * these, `codes` has theirs. `nodes` and `trees` have room for those of the program. */
void tree_prune(
    const tree_program *program, const uint8_t *codes, const uint8_t *is_fixed, tree_sweep_node *nodes,
    tree_sweep_tree *trees);

/* Margins of rows of which the program encodes some columns only; `codes` has those of the others. A
 * program that is swept must have been pruned by them. */
void tree_predict_rest(
    const tree_program *program, const uint8_t *codes, const float *rows, size_t stride, size_t count,
    double *margins);

#endif
