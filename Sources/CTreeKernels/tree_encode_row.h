/* SPDX-License-Identifier: Apache-2.0
 * Encoding, included once for each type of values (VALUE) and of keys (KEY) by tree_encode.c. */

#define JOIN3(a, b, c) a##_##b##_##c
#define NAME3(a, b, c) JOIN3(a, b, c)
#define FUNCTION(name) NAME3(name, VALUE, KEY)

/* The value as the ensemble reads it, before any split is asked. */
static inline KEY FUNCTION(as_read)(const tree_program *program, VALUE value, uint32_t missing) {
    const KEY tiny = 1e-35f;
    KEY x = (KEY)value;
    if (program->reads_plainly) return x;
    if ((double)x == program->missing_value) x = (KEY)NAN;
    int is_tiny = x <= tiny && x >= -tiny;
    if (is_tiny && missing == TREE_MISSING_ZERO) return (KEY)NAN;
    if (is_tiny && program->reads_tiny_as_zero) return 0;
    return missing == TREE_MISSING_NONE && x != x ? 0 : x;
}

static inline uint32_t FUNCTION(count_portable)(KEY x, const KEY *block) {
    uint32_t count = 0;
    for (int i = 0; i < TREE_BLOCK_KEYS; i++) count += x >= block[i];
    return count;
}

static void FUNCTION(encode_portable)(
    const tree_program *program, const VALUE *row, uint8_t *codes) {
    for (uint32_t i = 0; i < program->key_column_count; i++) {
        const tree_key_column *column = &program->key_columns[i];
        const KEY *keys = (const KEY *)program->keys + column->keys;
        KEY x = FUNCTION(as_read)(program, row[column->feature], column->missing);
        uint32_t block = FUNCTION(count_portable)(x, keys);
        uint32_t code = TREE_BLOCK_KEYS * block
            + FUNCTION(count_portable)(x, keys + TREE_BLOCK_KEYS * (1 + block));
        codes[column->low] = (uint8_t)code;
        codes[column->high] = (uint8_t)(code | (x != x ? 255 : 0));
    }
}

#if TREE_HAS_AVX2_BUILD
TREE_AVX2 static inline uint32_t FUNCTION(code_avx2)(KEY x, const KEY *keys) {
    uint32_t block = NAME3(count, KEY, avx2)(x, keys);
    return TREE_BLOCK_KEYS * block + NAME3(count, KEY, avx2)(x, keys + TREE_BLOCK_KEYS * (1 + block));
}

TREE_AVX2 static void FUNCTION(encode_avx2)(
    const tree_program *program, const VALUE *row, uint8_t *codes) {
    for (uint32_t i = 0; i < program->key_column_count; i++) {
        const tree_key_column *column = &program->key_columns[i];
        KEY x = FUNCTION(as_read)(program, row[column->feature], column->missing);
        uint32_t code = FUNCTION(code_avx2)(x, (const KEY *)program->keys + column->keys);
        codes[column->low] = (uint8_t)code;
        codes[column->high] = (uint8_t)(code | (x != x ? 255 : 0));
    }
}

TREE_AVX2 static void FUNCTION(encode_tile_avx2)(
    const tree_program *program, const VALUE *rows, size_t stride, size_t count, int8_t *tile) {
    for (uint32_t i = 0; i < program->key_column_count; i++) {
        const tree_key_column *column = &program->key_columns[i];
        const KEY *keys = (const KEY *)program->keys + column->keys;
        const char *value = (const char *)(rows + column->feature);
        int8_t *low = tile + (size_t)column->low * TREE_TILE_ROWS;
        int8_t *high = tile + (size_t)column->high * TREE_TILE_ROWS;
        for (size_t row = 0; row < count; row++, value += stride) {
            KEY x = FUNCTION(as_read)(program, *(const VALUE *)value, column->missing);
            uint32_t code = FUNCTION(code_avx2)(x, keys);
            low[row] = (int8_t)(code ^ 128);
            high[row] = (int8_t)((code | (x != x ? 255 : 0)) ^ 128);
        }
    }
}
#endif

/* The code of a set column. */
static uint8_t FUNCTION(set_code)(
    const tree_program *program, const tree_set_column *column, VALUE value) {
    double x = FUNCTION(as_read)(program, value, column->missing);
    if (x != x) return column->missing_code;
    if (column->asks == TREE_ASKS_EQUAL) return x == column->value ? 0 : 255;
    int fits = x > -2147483649.0 && x < 2147483648.0;
    int64_t code = fits ? (int64_t)x : -1;
    int is_in = code >= 0 && (code >> 5) < column->word_count
        && (program->words[column->words + (code >> 5)] >> (code & 31) & 1);
    if (column->asks == TREE_ASKS_IN_SET) return is_in ? 0 : 255;
    if (column->asks == TREE_ASKS_NOT_IN_SET) return x < 0 || !is_in ? 0 : 255;
    return is_in && x == (double)code ? 0 : 255;
}

static void FUNCTION(encode_sets)(const tree_program *program, const VALUE *row, uint8_t *codes) {
    for (uint32_t i = 0; i < program->set_column_count; i++) {
        const tree_set_column *column = &program->set_columns[i];
        codes[column->column] = FUNCTION(set_code)(program, column, row[column->feature]);
    }
}

static void FUNCTION(encode_tile_sets)(
    const tree_program *program, const VALUE *rows, size_t stride, size_t count, int8_t *tile) {
    for (uint32_t i = 0; i < program->set_column_count; i++) {
        const tree_set_column *column = &program->set_columns[i];
        const char *value = (const char *)(rows + column->feature);
        int8_t *codes = tile + (size_t)column->column * TREE_TILE_ROWS;
        for (size_t row = 0; row < count; row++, value += stride)
            codes[row] = (int8_t)(FUNCTION(set_code)(program, column, *(const VALUE *)value) ^ 128);
    }
}

#undef FUNCTION
#undef NAME3
#undef JOIN3
