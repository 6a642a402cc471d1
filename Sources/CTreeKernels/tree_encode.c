/* SPDX-License-Identifier: Apache-2.0
 * Values to codes: how many keys of its column each value reaches. */
#include "tree_internal.h"

#define NAN __builtin_nan("")

#if TREE_HAS_AVX2_BUILD
#include <immintrin.h>

/* Keys ascend, so the number of those reached is the number of set bits. */
TREE_AVX2 static inline uint32_t count_float_avx2(float x, const float *block) {
    __m256 value = _mm256_set1_ps(x);
    __m256i low = _mm256_castps_si256(_mm256_cmp_ps(value, _mm256_load_ps(block), _CMP_GE_OQ));
    __m256i high = _mm256_castps_si256(_mm256_cmp_ps(value, _mm256_load_ps(block + 8), _CMP_GE_OQ));
    return (uint32_t)__builtin_popcount((uint32_t)_mm256_movemask_epi8(_mm256_packs_epi32(low, high))) >> 1;
}

TREE_AVX2 static inline __m256i reached_double(__m256d value, const double *keys) {
    __m256i low = _mm256_castpd_si256(_mm256_cmp_pd(value, _mm256_load_pd(keys), _CMP_GE_OQ));
    __m256i high = _mm256_castpd_si256(_mm256_cmp_pd(value, _mm256_load_pd(keys + 4), _CMP_GE_OQ));
    return _mm256_packs_epi32(low, high);
}

TREE_AVX2 static inline uint32_t count_double_avx2(double x, const double *block) {
    __m256d value = _mm256_set1_pd(x);
    __m256i reached = _mm256_packs_epi16(reached_double(value, block), reached_double(value, block + 8));
    return (uint32_t)__builtin_popcount((uint32_t)_mm256_movemask_epi8(reached)) >> 1;
}
#endif

#define VALUE float
#define KEY float
#include "tree_encode_row.h"
#undef KEY
#define KEY double
#include "tree_encode_row.h"
#undef VALUE
#define VALUE double
#include "tree_encode_row.h"
#undef KEY
#define KEY float
#include "tree_encode_row.h"
#undef KEY
#undef VALUE

#if TREE_HAS_AVX2_BUILD
#define ENCODE(value, key)                                                                        \
    do {                                                                                          \
        if (program->has_avx2) encode_avx2_##value##_##key(program, row, codes);                  \
        else encode_portable_##value##_##key(program, row, codes);                                \
        encode_sets_##value##_##key(program, row, codes);                                         \
    } while (0)
#else
#define ENCODE(value, key)                                                                        \
    do {                                                                                          \
        encode_portable_##value##_##key(program, row, codes);                                     \
        encode_sets_##value##_##key(program, row, codes);                                         \
    } while (0)
#endif

void tree_encode_float(const tree_program *program, const float *row, uint8_t *codes) {
    if (program->reads_double) ENCODE(float, double);
    else ENCODE(float, float);
}

void tree_encode_double(const tree_program *program, const double *row, uint8_t *codes) {
    if (program->reads_double) ENCODE(double, double);
    else ENCODE(double, float);
}

#if TREE_HAS_AVX2_BUILD
#define ENCODE_TILE(value, key)                                                                   \
    do {                                                                                          \
        encode_tile_avx2_##value##_##key(program, rows, stride, count, tile);                            \
        encode_tile_sets_##value##_##key(program, rows, stride, count, tile);                            \
    } while (0)

void tree_encode_tile_float(const tree_program *program, const float *rows, size_t stride, size_t count, int8_t *tile) {
    if (program->reads_double) ENCODE_TILE(float, double);
    else ENCODE_TILE(float, float);
}

void tree_encode_tile_double(const tree_program *program, const double *rows, size_t stride, size_t count, int8_t *tile) {
    if (program->reads_double) ENCODE_TILE(double, double);
    else ENCODE_TILE(double, float);
}
#endif
