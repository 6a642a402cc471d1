/* SPDX-License-Identifier: Apache-2.0
 * Rows to margins: encode, find leaves, add. */
#include "tree_internal.h"

int tree_kernels_have_avx2(void) {
#if TREE_HAS_AVX2_BUILD
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
#else
    return 0;
#endif
}

static void predict_codes(const tree_program *program, const uint8_t *codes, double *margins) {
    uint32_t leaves[TREE_BLOCK_TREES];
    tree_margins_start(program, margins);
    for (uint32_t first = 0; first < program->tree_count; first += TREE_BLOCK_TREES) {
        uint32_t rest = program->tree_count - first;
        uint32_t end = first + (rest < TREE_BLOCK_TREES ? rest : TREE_BLOCK_TREES);
        tree_find_leaves(program, codes, first, end, leaves);
        tree_margins_add(program, first, end, leaves, margins);
    }
    tree_margins_finish(program, margins);
}

#define PREDICT(value)                                                                            \
    static void predict_row_##value(                                                              \
        const tree_program *program, const value *row, double *margins) {                         \
        tree_codes codes;                                                                         \
        tree_encode_##value(program, row, codes);                                                 \
        predict_codes(program, codes, margins);                                                   \
    }                                                                                             \
    static void predict_tile_##value(                                                             \
        const tree_program *program, const value *rows, size_t stride, size_t count, double *margins) { \
        tree_tile tile;                                                                           \
        tree_encode_tile_##value(program, rows, stride, count, tile);                             \
        tree_sweep_tile(program, tile, count, margins);                                           \
    }                                                                                             \
    void tree_predict_##value(                                                                    \
        const tree_program *program, const value *rows, size_t stride, size_t count, double *margins) { \
        while (program->sweep_trees && count >= program->sweep_rows_min && count > 0) {                                 \
            size_t part = count < TREE_TILE_ROWS ? count : TREE_TILE_ROWS;                        \
            predict_tile_##value(program, rows, stride, part, margins);                           \
            rows = (const value *)((const char *)rows + part * stride);                           \
            margins += part * program->output_count;                                              \
            count -= part;                                                                        \
        }                                                                                         \
        for (; count > 0; count--) {                                                              \
            predict_row_##value(program, rows, margins);                                          \
            rows = (const value *)((const char *)rows + stride);                                  \
            margins += program->output_count;                                                     \
        }                                                                                         \
    }

PREDICT(float)
PREDICT(double)

void tree_encode_rows(
    const tree_program *program, const float *rows, size_t stride, size_t count, uint8_t *codes,
    size_t code_stride) {
    for (size_t row = 0; row < count; row++)
        tree_encode_float(
            program, (const float *)((const char *)rows + row * stride), codes + row * code_stride);
}

static void sweep_codes(
    const tree_program *program, const uint8_t *codes, size_t stride, size_t count, double *margins) {
    tree_tile tile;
    for (size_t row = 0; row < count; row++)
        for (uint32_t column = 0; column < program->column_count; column++)
            tile[column * TREE_TILE_ROWS + row] = (int8_t)(codes[row * stride + column] ^ 128);
    tree_sweep_tile(program, tile, count, margins);
}

void tree_predict_codes(
    const tree_program *program, const uint8_t *codes, size_t stride, size_t count, double *margins) {
    size_t row = 0;
    while (program->sweep_trees && count - row >= program->sweep_rows_min && row < count) {
        size_t part = count - row < TREE_TILE_ROWS ? count - row : TREE_TILE_ROWS;
        sweep_codes(program, codes + row * stride, stride, part, margins + row * program->output_count);
        row += part;
    }
    for (; row < count; row++)
        predict_codes(program, codes + row * stride, margins + row * program->output_count);
}

void tree_predict_rest(
    const tree_program *program, const uint8_t *codes, const float *rows, size_t stride, size_t count,
    double *margins) {
    if (program->sweep_trees) {
        tree_predict_float(program, rows, stride, count, margins);
        return;
    }
    tree_codes all;
    for (uint32_t column = 0; column < program->column_count; column++) all[column] = codes[column];
    for (size_t row = 0; row < count; row++) {
        tree_encode_float(program, (const float *)((const char *)rows + row * stride), all);
        predict_codes(program, all, margins + row * program->output_count);
    }
}
