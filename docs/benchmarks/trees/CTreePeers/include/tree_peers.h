/* SPDX-License-Identifier: Apache-2.0
 * The peers of the tree bench behind one signature, and the clock that times them all. */
#ifndef TREE_PEERS_H
#define TREE_PEERS_H

#include <stddef.h>

/* Rows the bench draws from, one after the other. */
typedef struct {
    const float *values;
    size_t count;
    size_t features;
} tree_rows;

/* Predicts the margins of `count` rows from `first` into `results`. */
typedef void (*tree_predict)(void *state, size_t first, size_t count, double *results);

/* State for one model; null, with a line on standard error, where a library or model does not load. */
void *tree_xgboost_open(const char *library, const char *model, tree_rows rows);
void *tree_lightgbm_open(const char *library, const char *model, tree_rows rows);
void *tree_tl2cgen_open(const char *library, tree_rows rows);

void tree_xgboost_predict(void *state, size_t first, size_t count, double *results);
void tree_lightgbm_predict(void *state, size_t first, size_t count, double *results);
void tree_tl2cgen_predict(void *state, size_t first, size_t count, double *results);

/* Times calls of `batch` rows each, walking through `row_count`, and stops after `calls` or
 * `budget_seconds`. If cold, more memory than the caches hold is written before each call. Returns how
 * many times, in nanoseconds, it stored. */
size_t tree_measure(
    tree_predict predict, void *state, size_t row_count, size_t batch, int is_cold, size_t calls,
    double budget_seconds, double *nanoseconds);

#endif
