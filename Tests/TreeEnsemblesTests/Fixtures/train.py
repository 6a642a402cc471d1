# SPDX-License-Identifier: Apache-2.0
"""Trains the models of one environment; run by make.py, with the library installed."""
import importlib, pathlib, sys

import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
TRAINING_ROWS = 300
COLUMNS = 4
TEST_ROWS = 120


def data(seed, categories=0, columns=COLUMNS):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(TRAINING_ROWS, columns)).astype("f4")
    if categories:
        x[:, -1] = rng.integers(0, categories, TRAINING_ROWS)
    score = x[:, 0] * 2 - np.abs(x[:, 1]) + (x[:, -1] % 3)
    x[rng.random(x.shape) < 0.05] = np.nan
    return x, score.astype("f8"), rng


def write(name, extension, model, rows, margins, predictions):
    (HERE / f"{name}.{extension}").write_bytes(model if isinstance(model, bytes) else model.encode())
    (HERE / f"{name}.rows").write_bytes(np.asarray(rows, "<f8").tobytes())
    both = np.hstack([np.asarray(m, "<f8").reshape(len(rows), -1) for m in (margins, predictions)])
    (HERE / f"{name}.expected").write_bytes(both.astype("<f8").tobytes())
    print(name, len(model))


if __name__ == "__main__":
    environment = sys.argv[1]
    library, _, version = environment.partition("-")
    importlib.import_module("train_" + library).train(version)
