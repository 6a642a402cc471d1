/* SPDX-License-Identifier: Apache-2.0
 * Many rows: every split of a tree is asked of a whole tile, without following any path.
 *
 * The splits of a tree with L leaves stand between the leaves, L - 1 of them. They are met from left to
 * right with each row's leaf number so far, 0 at first: a split that parts leaves first … second - 1
 * from the rest moves on to `second` those rows that are to its left (number >= first) and take its
 * second side. A row that turned off before stays where it is. */
#include "tree_internal.h"

#if TREE_HAS_AVX2_BUILD
#include <immintrin.h>

/* Trees whose leaves are found before they are added: each sum is loaded and stored once for them. */
#define SWEEP_TREES 8

typedef uint8_t tree_leaf_numbers[TREE_TILE_ROWS] __attribute__((aligned(64)));

TREE_AVX2 static inline __m256i moved(__m256i number, __m256i code, __m256i rank, __m256i first, __m256i second) {
    __m256i turns = _mm256_cmpgt_epi8(code, rank);
    __m256i is_before = _mm256_cmpgt_epi8(first, number);
    return _mm256_blendv_epi8(number, second, _mm256_andnot_si256(is_before, turns));
}

/* The number of the leaf each row of the tile reaches. */
TREE_AVX2 static inline void sweep(
    const tree_sweep_node *nodes, uint32_t count, const int8_t *tile, uint8_t *numbers) {
    __m256i low = _mm256_set1_epi8(-128), high = low;
    for (const tree_sweep_node *node = nodes; node < nodes + count; node++) {
        const __m256i *codes = (const __m256i *)(tile + (size_t)node->column * TREE_TILE_ROWS);
        __m256i rank = _mm256_set1_epi8(node->rank);
        __m256i first = _mm256_set1_epi8(node->first);
        __m256i second = _mm256_set1_epi8(node->second);
        low = moved(low, _mm256_load_si256(codes), rank, first, second);
        high = moved(high, _mm256_load_si256(codes + 1), rank, first, second);
    }
    __m256i bias = _mm256_set1_epi8(-128);
    _mm256_store_si256((__m256i *)numbers, _mm256_xor_si256(low, bias));
    _mm256_store_si256((__m256i *)numbers + 1, _mm256_xor_si256(high, bias));
}

#define SUM float
#include "tree_sweep_of.h"
#undef SUM
#define SUM double
#include "tree_sweep_of.h"
#undef SUM

void tree_sweep_tile(const tree_program *program, int8_t *tile, size_t count, double *margins) {
    int8_t *passing = tile + (size_t)tree_passing_column(program) * TREE_TILE_ROWS;
    for (int row = 0; row < TREE_TILE_ROWS; row++) passing[row] = INT8_MAX;
    if (program->adds_double) sweep_tile_double(program, tile, count, margins);
    else sweep_tile_float(program, tile, count, margins);
    for (size_t row = 0; row < count; row++)
        tree_margins_finish(program, margins + row * program->output_count);
}
#else
void tree_sweep_tile(const tree_program *program, int8_t *tile, size_t count, double *margins) {
    (void)program, (void)tile, (void)count, (void)margins;
}

void tree_encode_tile_float(
    const tree_program *program, const float *rows, size_t stride, size_t count, int8_t *tile) {
    (void)program, (void)rows, (void)stride, (void)count, (void)tile;
}

void tree_encode_tile_double(
    const tree_program *program, const double *rows, size_t stride, size_t count, int8_t *tile) {
    (void)program, (void)rows, (void)stride, (void)count, (void)tile;
}
#endif
