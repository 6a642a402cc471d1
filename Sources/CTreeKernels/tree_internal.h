/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_INTERNAL_H
#define TREE_INTERNAL_H

#include "tree_kernels.h"

/* Sums are rounded as the training library rounds them: never multiplied and added in one step. */
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define TREE_HAS_AVX2_BUILD 1
#define TREE_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#else
#define TREE_HAS_AVX2_BUILD 0
#endif

/* Trees whose leaves are found before they are added: 2 KiB of indices, groups of TREE_GROUP. */
#define TREE_BLOCK_TREES (48 * TREE_GROUP)

/* Codes of a row: one byte for each column, and one that nobody reads. */
typedef uint8_t tree_codes[TREE_COLUMNS_MAX + 1];

/* Codes of a tile, column by column; then a column nobody reads, and one whose code passes any rank. */
typedef int8_t tree_tile[(TREE_SWEEP_COLUMNS_MAX + 2) * TREE_TILE_ROWS] __attribute__((aligned(64)));

/* The column whose code passes any rank. */
static inline uint32_t tree_passing_column(const tree_program *program) {
    return program->column_count + 1;
}

/* Encodes a row. */
void tree_encode_float(const tree_program *program, const float *row, uint8_t *codes);
void tree_encode_double(const tree_program *program, const double *row, uint8_t *codes);

/* Encodes up to TREE_TILE_ROWS rows: the codes of a column are neighbours, less 128 each. */
void tree_encode_tile_float(
    const tree_program *program, const float *rows, size_t stride, size_t count, int8_t *tile);
void tree_encode_tile_double(
    const tree_program *program, const double *rows, size_t stride, size_t count, int8_t *tile);

/* Finds the leaves of the trees from `first`, a multiple of TREE_GROUP, up to `end` or the end of the
 * group it is in. */
void tree_find_leaves(
    const tree_program *program, const uint8_t *codes, uint32_t first, uint32_t end, uint32_t *leaves);

/* Puts into each margin what its sum starts from, adds the leaves of some trees, completes the sums. */
void tree_margins_start(const tree_program *program, double *margins);
void tree_margins_add(
    const tree_program *program, uint32_t first, uint32_t end, const uint32_t *leaves, double *margins);
void tree_margins_finish(const tree_program *program, double *margins);

/* Margins of the rows of an encoded tile, whose passing column it sets. */
void tree_sweep_tile(const tree_program *program, int8_t *tile, size_t count, double *margins);

#endif
