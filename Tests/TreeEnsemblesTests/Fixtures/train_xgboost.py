# SPDX-License-Identifier: Apache-2.0
"""XGBoost: every objective's transform, dart, forests, categories, early stopping; JSON and UBJSON."""
import json

import numpy as np
import xgboost as xgb

from labels import classes, positive
from rows import hostile_rows
from train import COLUMNS, TEST_ROWS, data, write

CATEGORIES = 40


def thresholds(model):
    found = {}
    booster = model["learner"]["gradient_booster"]
    trees = (booster.get("gbtree") or booster)["model"]["trees"]
    for tree in trees:
        for left, column, value in zip(tree["left_children"], tree["split_indices"],
                                       tree["split_conditions"]):
            if left != -1:
                found.setdefault(column, []).append(value)
    return found


def fixture(name, parameters, label, rounds=6, categorical=False, extension="json"):
    x, score, rng = data(7, CATEGORIES if categorical else 0)
    y = label(score, rng)
    options = {}
    if categorical:
        options = dict(feature_types=["q"] * (COLUMNS - 1) + ["c"], enable_categorical=True)
    parameters = {"max_depth": 3, "seed": 1, "nthread": 1, "eta": 0.5, **parameters}
    booster = xgb.train(parameters, xgb.DMatrix(x, y, **options), rounds)
    model = json.loads(bytes(booster.save_raw("json")))
    rows = hostile_rows(TEST_ROWS, COLUMNS, thresholds(model),
                        [COLUMNS - 1] if categorical else [], CATEGORIES, 11)
    # DMatrix refuses infinities, and values of a category that are none.
    rows[np.isinf(rows)] = 3e38
    if categorical:
        column = rows[:, -1]
        rows[:, -1] = np.where((column >= 0) & (column < 1e6), np.floor(column), np.nan)
    matrix = xgb.DMatrix(rows.astype("f4"), **options)
    whole = (0, 0)
    write(name, extension, bytes(booster.save_raw(extension)), rows,
          booster.predict(matrix, output_margin=True, iteration_range=whole),
          booster.predict(matrix, iteration_range=whole))


def train(version):
    name = f"xgboost-{version}-"
    binary = classes(2)
    fixture(name + "regression", {"objective": "reg:squarederror"}, lambda s, r: s)
    fixture(name + "binary", {"objective": "binary:logistic", "base_score": 0.3}, binary,
            extension="ubj")
    fixture(name + "multiclass", {"objective": "multi:softprob", "num_class": 3}, classes(3), 3,
            extension="ubj")
    fixture(name + "poisson", {"objective": "count:poisson"}, lambda s, r: np.floor(positive(s, r)))
    fixture(name + "dart", {"booster": "dart", "rate_drop": 0.5, "objective": "binary:logistic"},
            binary)
    fixture(name + "categorical", {"tree_method": "hist", "max_cat_to_onehot": 4},
            lambda s, r: s, categorical=True, extension="ubj")
    fixture(name + "onehot", {"tree_method": "hist", "max_cat_to_onehot": 100},
            lambda s, r: s, categorical=True)
    fixture(name + "forest", {"num_parallel_tree": 3, "subsample": 0.6, "colsample_bynode": 0.6,
                              "objective": "multi:softmax", "num_class": 3}, classes(3), 2)
    if version not in ("3.2.0", "1.7.6"):
        return
    fixture(name + "hinge", {"objective": "binary:hinge"}, binary, 3)
    fixture(name + "logitraw", {"objective": "binary:logitraw"}, binary, 3)
    fixture(name + "gamma", {"objective": "reg:gamma"}, positive, 3)
    fixture(name + "tweedie", {"objective": "reg:tweedie"}, positive, 3)
    fixture(name + "dart-multiclass", {"booster": "dart", "rate_drop": 0.5, "num_class": 3,
                                       "objective": "multi:softprob"}, classes(3), 4)
    if version == "3.2.0":
        fixture(name + "quantile", {"objective": "reg:quantileerror",
                                    "quantile_alpha": [0.9, 0.5, 0.1]}, lambda s, r: s, 3)
        fixture(name + "two-targets", {}, lambda s, r: np.stack([s, -s], 1), 3)
        encoded()
        wrapper()


def encoded():
    """Texts as categories: the file lists them, and codes are their positions."""
    import pandas as pd
    rng = np.random.default_rng(3)
    colours = pd.Categorical(rng.choice(["red", "green", "blue"], 200),
                             categories=["red", "green", "blue"])
    frame = pd.DataFrame({"size": rng.normal(size=200).astype("f4"), "colour": colours})
    matrix = xgb.DMatrix(frame, colours.codes * 1.0, enable_categorical=True)
    booster = xgb.train({"max_depth": 2}, matrix, 2)
    rows = np.stack([np.zeros(3), np.arange(3.0)], 1)
    asked = pd.DataFrame({"size": np.zeros(3, "f4"), "colour": pd.Categorical(
        ["red", "green", "blue"], categories=["blue", "green", "red"])})
    write("xgboost-3.2.0-texts", "ubj", bytes(booster.save_raw("ubj")), rows,
          booster.inplace_predict(asked, predict_type="margin"), booster.inplace_predict(asked))


def wrapper():
    """scikit-learn's wrapper predicts up to the best iteration."""
    import pathlib, tempfile
    x, score, _ = data(7)
    model = xgb.XGBRegressor(n_estimators=30, max_depth=2, early_stopping_rounds=2,
                             learning_rate=1.0, n_jobs=1)
    model.fit(x[:100], score[:100], eval_set=[(x[100:], score[100:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    rows = hostile_rows(TEST_ROWS, COLUMNS, {}, [], 0, 11)
    rows[np.isinf(rows)] = 3e38
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        model.save_model(path)
        text = path.read_bytes()
    write("xgboost-3.2.0-wrapper", "json", text, rows,
          model.predict(rows.astype("f4"), output_margin=True), model.predict(rows.astype("f4")))
