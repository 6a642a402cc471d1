# SPDX-License-Identifier: Apache-2.0
"""Compares predictions with those of the training libraries, bit by bit, on fuzzed rows.

    python3 docs/benchmarks/exactness.py <tree-margins> <venvs> [rows] [part of a fixture's name]

`tree-margins` is the executable of Tests/Support/TreeMargins, <venvs> the folder of environments that
Tests/TreeEnsemblesTests/Fixtures/make.py made. Covers XGBoost and LightGBM.
"""
import pathlib, subprocess, sys, tempfile

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/TreeEnsemblesTests/Fixtures"

WORKER = """
import sys, numpy as np
sys.path.insert(0, sys.argv[1])
from rows import hostile_rows
model, rows, expected, count = *sys.argv[2:5], int(sys.argv[5])
wide = model.endswith(".txt")
seen = np.fromfile(model.rsplit(".", 1)[0] + ".rows")
if wide:
    import lightgbm
    booster = lightgbm.Booster(model_file=model)
    columns = booster.num_feature()
else:
    import xgboost
    booster = xgboost.Booster(model_file=model)
    columns = booster.num_features()
categorical = [columns - 1] if any(k in model for k in ("categorical", "onehot", "texts")) else []
seen = seen.reshape(-1, columns)
values = {c: seen[np.isfinite(seen[:, c]), c] for c in range(columns)}
table = hostile_rows(count, columns, values, categorical, 40, 99, wide)
if wide:
    margins = booster.predict(table, raw_score=True)
    if "average_output" in open(model).read():
        margins = margins / booster.current_iteration()
else:
    table[np.isinf(table)] = 3e38
    options = {}
    if categorical:
        last = table[:, -1]
        table[:, -1] = np.where((last >= 0) & (last < 1e6), np.floor(last), np.nan)
        options = dict(feature_types=["q"] * (columns - 1) + ["c"], enable_categorical=True)
    options["feature_names"] = booster.feature_names
    if not categorical:
        options["feature_types"] = booster.feature_types
    margins = booster.predict(xgboost.DMatrix(table.astype("f4"), **options), output_margin=True,
                              iteration_range=(0, 0))
table.astype("<f8").tofile(rows)
np.asarray(margins, "<f8").reshape(count, -1).tofile(expected)
"""


def compare(tool, python, model, count):
    with tempfile.TemporaryDirectory() as folder:
        rows, expected, found = (str(pathlib.Path(folder) / n) for n in ("rows", "expected", "found"))
        subprocess.check_call([python, "-W", "ignore", "-c", WORKER, str(FIXTURES), str(model), rows,
                               expected, str(count)], stderr=subprocess.DEVNULL)
        subprocess.check_call([tool, str(model), rows, found], stdout=subprocess.DEVNULL)
        right = pathlib.Path(expected).read_bytes()
        ours = pathlib.Path(found).read_bytes()
    width, full = len(right) // count, len(ours) // count
    return sum(right[i * width:(i + 1) * width] != ours[i * full:i * full + width]
               for i in range(count))


def main(tool, venvs, count="1000000", part=""):
    for model in sorted(FIXTURES.iterdir()):
        environment = "-".join(model.name.split("-")[:2])
        python = pathlib.Path(venvs) / environment / "bin/python"
        # The wrapper's fixture predicts up to the best iteration, not with all of them.
        if (model.suffix in (".json", ".ubj", ".txt") and python.exists() and part in model.name
                and "wrapper" not in model.name):
            wrong = compare(tool, python, model, int(count))
            print(f"{model.name}: {wrong} of {count} rows differ", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
