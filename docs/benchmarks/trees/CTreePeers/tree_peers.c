/* SPDX-License-Identifier: Apache-2.0 */
#include "tree_peers.h"

#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RESULTS_MAX 4096

static void *loaded(const char *library) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) fprintf(stderr, "%s\n", dlerror());
    return handle;
}

/* XGBoost: a booster, and the description of each batch's memory its C API wants as JSON, made once. */
typedef struct {
    tree_rows rows;
    void *booster;
    int (*predict)(void *, const char *, const char *, void *, const uint64_t **, uint64_t *, const float **);
    size_t described_count;
    char (*descriptions)[160];
} xgboost;

static const char xgboost_config[] =
    "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
    "\"strict_shape\":false,\"missing\":NaN,\"cache_id\":0}";

void *tree_xgboost_open(const char *library, const char *model, tree_rows rows) {
    void *handle = loaded(library);
    if (!handle) return NULL;
    int (*create)(void *, uint64_t, void **) = dlsym(handle, "XGBoosterCreate");
    int (*load)(void *, const char *) = dlsym(handle, "XGBoosterLoadModel");
    int (*set)(void *, const char *, const char *) = dlsym(handle, "XGBoosterSetParam");
    xgboost *state = calloc(1, sizeof *state);
    state->rows = rows;
    state->predict = dlsym(handle, "XGBoosterPredictFromDense");
    state->descriptions = calloc(rows.count, sizeof *state->descriptions);
    if (create(NULL, 0, &state->booster) || load(state->booster, model)
        || set(state->booster, "nthread", "1")) {
        fprintf(stderr, "XGBoost does not load %s\n", model);
        return NULL;
    }
    return state;
}

void tree_xgboost_predict(void *opaque, size_t first, size_t count, double *results) {
    xgboost *state = opaque;
    if (state->described_count != count) {
        for (size_t row = 0; row + count <= state->rows.count; row++)
            snprintf(
                state->descriptions[row], sizeof state->descriptions[row],
                "{\"data\":[%llu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
                (unsigned long long)(uintptr_t)(state->rows.values + row * state->rows.features), count,
                state->rows.features);
        state->described_count = count;
    }
    const uint64_t *shape;
    uint64_t dimensions;
    const float *margins;
    if (state->predict(
            state->booster, state->descriptions[first], xgboost_config, NULL, &shape, &dimensions, &margins))
        abort();
    for (size_t row = 0; row < count; row++) results[row] = margins[row];
}

/* LightGBM: its configuration for single rows, prepared once, and its batch call for others. */
typedef struct {
    tree_rows rows;
    void *booster, *fast;
    int (*predict_fast)(void *, const void *, int64_t *, double *);
    int (*predict)(
        void *, const void *, int, int32_t, int32_t, int, int, int, int, const char *, int64_t *, double *);
} lightgbm;

enum { LIGHTGBM_FLOAT32 = 0, LIGHTGBM_RAW_SCORE = 1 };

void *tree_lightgbm_open(const char *library, const char *model, tree_rows rows) {
    void *handle = loaded(library);
    if (!handle) return NULL;
    int (*load)(const char *, int *, void **) = dlsym(handle, "LGBM_BoosterCreateFromModelfile");
    int (*prepare)(void *, int, int, int, int, int32_t, const char *, void **) =
        dlsym(handle, "LGBM_BoosterPredictForMatSingleRowFastInit");
    lightgbm *state = calloc(1, sizeof *state);
    int iterations;
    state->rows = rows;
    state->predict_fast = dlsym(handle, "LGBM_BoosterPredictForMatSingleRowFast");
    state->predict = dlsym(handle, "LGBM_BoosterPredictForMat");
    if (load(model, &iterations, &state->booster)
        || prepare(state->booster, LIGHTGBM_RAW_SCORE, 0, -1, LIGHTGBM_FLOAT32, (int32_t)rows.features,
                   "num_threads=1", &state->fast)) {
        fprintf(stderr, "LightGBM does not load %s\n", model);
        return NULL;
    }
    return state;
}

void tree_lightgbm_predict(void *opaque, size_t first, size_t count, double *results) {
    lightgbm *state = opaque;
    const float *values = state->rows.values + first * state->rows.features;
    int64_t length;
    int status = count == 1
        ? state->predict_fast(state->fast, values, &length, results)
        : state->predict(state->booster, values, LIGHTGBM_FLOAT32, (int32_t)count,
                         (int32_t)state->rows.features, 1, LIGHTGBM_RAW_SCORE, 0, -1, "num_threads=1",
                         &length, results);
    if (status) abort();
}

/* TL2cgen: the generated function itself, and rows already in the form it reads. */
typedef union {
    int missing;
    float value;
} tl2cgen_entry;

typedef struct {
    tree_rows rows;
    tl2cgen_entry *entries;
    void (*predict)(tl2cgen_entry *, int, float *);
} tl2cgen;

void *tree_tl2cgen_open(const char *library, tree_rows rows) {
    void *handle = loaded(library);
    if (!handle) return NULL;
    tl2cgen *state = calloc(1, sizeof *state);
    state->rows = rows;
    state->predict = dlsym(handle, "predict");
    state->entries = calloc(rows.count * rows.features, sizeof *state->entries);
    for (size_t i = 0; i < rows.count * rows.features; i++) {
        if (isnan(rows.values[i])) state->entries[i].missing = -1;
        else state->entries[i].value = rows.values[i];
    }
    return state;
}

void tree_tl2cgen_predict(void *opaque, size_t first, size_t count, double *results) {
    tl2cgen *state = opaque;
    for (size_t row = 0; row < count; row++) {
        float margin = 0;
        state->predict(state->entries + (first + row) * state->rows.features, 1, &margin);
        results[row] = margin;
    }
}

/* More than twice a large last-level cache. */
#define EVICTED_BYTES (96u << 20)
#define CACHE_LINE 64

static void evict(void) {
    static unsigned char *memory;
    if (!memory) memory = calloc(1, EVICTED_BYTES);
    for (size_t i = 0; i < EVICTED_BYTES; i += CACHE_LINE) memory[i]++;
}

static double now_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

size_t tree_measure(
    tree_predict predict, void *state, size_t row_count, size_t batch, int is_cold, size_t calls,
    double budget_seconds, double *nanoseconds) {
    double results[RESULTS_MAX];
    predict(state, 0, batch, results);
    double deadline = now_nanoseconds() + budget_seconds * 1e9;
    size_t call = 0, first = 0;
    while (call < calls) {
        if (is_cold) evict();
        double start = now_nanoseconds();
        predict(state, first, batch, results);
        double end = now_nanoseconds();
        nanoseconds[call++] = end - start;
        first = first + 2 * batch <= row_count ? first + batch : 0;
        if (end > deadline) break;
    }
    return call;
}
