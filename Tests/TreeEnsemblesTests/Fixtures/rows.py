# SPDX-License-Identifier: Apache-2.0
"""Rows that find differences: every threshold and its neighbours, zeros, denormals, infinities, NaN,
categories never seen."""
import numpy as np

EDGES = [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, -1e-45, 1e-40, 1e-35, -1e-35, 1.1e-35, 1e-36,
         3.4e38, -3.4e38, -0.5, 0.5, -1.0, 1.0, 1e6, 16777216.0, 16777217.0, 2.0**31, 2.0**40]


def hostile_rows(count, columns, thresholds, categorical, categories, seed, wide=False):
    """float64 rows; exactly float32 unless wide."""
    rng = np.random.default_rng(seed)
    kind = np.float64 if wide else np.float32
    rows = rng.normal(size=(count, columns)).astype(kind)
    for column in range(columns):
        if column in categorical:
            rows[:, column] = rng.integers(-2, categories + 40, count)
            rows[rng.random(count) < 0.2, column] += kind(0.75)
        values = np.asarray(list(thresholds.get(column, [])) or [0.0], kind)
        near = np.concatenate([values, np.nextafter(values, kind(np.inf)),
                               np.nextafter(values, kind(-np.inf))]).astype(kind)
        pick = rng.random(count)
        rows[pick < 0.4, column] = rng.choice(near, int((pick < 0.4).sum()))
        edges = np.asarray(EDGES, "f8").astype(kind)
        rows[pick > 0.8, column] = rng.choice(edges, int((pick > 0.8).sum()))
    return rows.astype("f8")
