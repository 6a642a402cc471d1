# SPDX-License-Identifier: Apache-2.0
"""CatBoost: symmetric and other trees, several outputs, NaN on either side."""
import json, pathlib, tempfile

import catboost
import numpy as np

from labels import classes, positive
from rows import hostile_rows
from train import COLUMNS, TEST_ROWS, data, write


def fixture(name, parameters, label, prediction="RawFormulaVal"):
    x, score, rng = data(5)
    model = catboost.CatBoost({"iterations": 5, "depth": 3, "verbose": 0, "thread_count": 1,
                               "random_seed": 1, "allow_writing_files": False,
                               "learning_rate": 0.5, **parameters})
    model.fit(x, label(score, rng))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        document = json.loads(path.read_text())
    info = document["model_info"]
    loss = info["params"]["loss_function"]
    # What is not needed to predict is most of the file.
    document["model_info"] = {"catboost_version_info": info["catboost_version_info"],
                              "params": {"loss_function": loss}}
    thresholds = {f["flat_feature_index"]: f["borders"]
                  for f in document["features_info"]["float_features"]}
    rows = hostile_rows(TEST_ROWS, COLUMNS, thresholds, [], 0, 13)
    write(name, "json", json.dumps(document), rows,
          model.predict(rows.astype("f4"), prediction_type="RawFormulaVal"),
          model.predict(rows.astype("f4"), prediction_type=prediction)[:, -1]
          if prediction == "Probability" and loss["type"] == "Logloss"
          else model.predict(rows.astype("f4"), prediction_type=prediction))


def train(version):
    name = "catboost-1.2.7-"
    fixture(name + "regression", {"loss_function": "RMSE"}, lambda s, r: s)
    fixture(name + "binary", {"loss_function": "Logloss", "nan_mode": "Max"}, classes(2),
            "Probability")
    fixture(name + "multiclass", {"loss_function": "MultiClass"}, classes(3), "Probability")
    fixture(name + "poisson", {"loss_function": "Poisson"}, lambda s, r: np.floor(positive(s, r)),
            "Exponent")
    fixture(name + "lossguide", {"loss_function": "RMSE", "grow_policy": "Lossguide"},
            lambda s, r: s)
    fixture(name + "depthwise-multiclass", {"loss_function": "MultiClass",
                                            "grow_policy": "Depthwise"}, classes(3), "Probability")
