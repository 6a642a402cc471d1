# SPDX-License-Identifier: Apache-2.0
"""LightGBM: missing types, categories, linear leaves, random forests, every transform."""
import re

import lightgbm as lgb
import numpy as np

from labels import classes, positive
from rows import hostile_rows
from train import COLUMNS, TEST_ROWS, data, write

CATEGORIES = 40


def thresholds(text):
    found = {}
    for block in text.split("\nTree=")[1:]:
        lines = dict(re.findall(r"^(\w+)=(.*)$", block, re.M))
        if "split_feature" not in lines:
            continue
        columns = map(int, lines["split_feature"].split())
        values = map(float, lines["threshold"].split())
        for column, value, kind in zip(columns, values, lines["decision_type"].split()):
            if not int(kind) & 1:
                found.setdefault(column, []).append(value)
    return found


def fixture(name, parameters, label, rounds=5, categorical=False, zeros=False, missing=True):
    x, score, rng = data(5, CATEGORIES if categorical else 0)
    x = x.astype("f8") * 1.000000123
    if categorical:
        x[:, -1] = np.round(x[:, -1])
    if not missing:
        x = np.nan_to_num(x)
    if zeros:
        x[rng.random(x.shape) < 0.3] = 0
    y = label(score, rng)
    parameters = {"num_leaves": 8, "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1,
                  "learning_rate": 0.4, "min_data_per_group": 5, "cat_smooth": 1, "seed": 3,
                  "max_cat_to_onehot": 4, "deterministic": True, **parameters}
    options = {"categorical_feature": [COLUMNS - 1]} if categorical else {}
    booster = lgb.train(parameters, lgb.Dataset(x, y, params=parameters, **options), rounds)
    text = booster.model_to_string()
    rows = hostile_rows(TEST_ROWS, COLUMNS, thresholds(text),
                        [COLUMNS - 1] if categorical else [], CATEGORIES, 13, wide=True)
    margins = booster.predict(rows, raw_score=True)
    if "average_output" in text:
        margins = margins / rounds
    write(name, "txt", text, rows, margins, booster.predict(rows))


def train(version):
    name = f"lightgbm-{version}-"
    binary = classes(2)
    fixture(name + "regression", {"objective": "regression"}, lambda s, r: s)
    fixture(name + "binary", {"objective": "binary", "sigmoid": 1.5}, binary)
    fixture(name + "multiclass", {"objective": "multiclass", "num_class": 3}, classes(3), 3)
    fixture(name + "categorical", {"objective": "regression"}, lambda s, r: s, categorical=True)
    fixture(name + "zero", {"objective": "regression", "zero_as_missing": True}, lambda s, r: s,
            zeros=True)
    fixture(name + "never-missing", {"objective": "regression", "use_missing": False},
            lambda s, r: s, missing=False)
    fixture(name + "forest", {"objective": "binary", "boosting": "rf", "bagging_freq": 1,
                              "bagging_fraction": 0.5}, binary)
    fixture(name + "sqrt", {"objective": "regression", "reg_sqrt": True}, lambda s, r: s, 3)
    if version != "2.3.1":
        fixture(name + "linear", {"objective": "regression", "linear_tree": True}, lambda s, r: s, 3)
    if version not in ("2.3.1", "4.7.0"):
        return
    fixture(name + "dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, binary)
    fixture(name + "poisson", {"objective": "poisson"}, lambda s, r: np.floor(positive(s, r)), 3)
    fixture(name + "ova", {"objective": "multiclassova", "num_class": 3}, classes(3), 2)
    fixture(name + "cross-entropy", {"objective": "cross_entropy"}, binary, 3)
    if version != "2.3.1":
        # LightGBM 2 says log(1 + exp(x)) where later ones, whose files are marked alike, say log1p.
        fixture(name + "cross-entropy-lambda", {"objective": "cross_entropy_lambda"}, binary, 3)
    fixture(name + "constant", {"objective": "regression", "min_data_in_leaf": 1000}, lambda s, r: s)
    texts(name)


def texts(name):
    """pandas categories: the file lists them, and codes are their positions."""
    import pandas as pd
    rng = np.random.default_rng(3)
    names = ["red", "green", "blue"]
    colours = pd.Categorical(rng.choice(names, 200), categories=names)
    frame = pd.DataFrame({"size": rng.normal(size=200), "colour": colours})
    booster = lgb.train({"verbose": -1, "num_threads": 1, "min_data_in_leaf": 5,
                         "min_data_per_group": 5}, lgb.Dataset(frame, colours.codes * 1.0), 2)
    asked = pd.DataFrame({"size": np.zeros(4), "colour": pd.Categorical(
        ["red", "green", "blue", "violet"], categories=["violet", "blue", "green", "red"])})
    rows = np.stack([np.zeros(4), [0, 1, 2, np.nan]], 1)
    write(name + "texts", "txt", booster.model_to_string(), rows,
          booster.predict(asked, raw_score=True), booster.predict(asked))
