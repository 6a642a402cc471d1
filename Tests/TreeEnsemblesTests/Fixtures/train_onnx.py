# SPDX-License-Identifier: Apache-2.0
"""scikit-learn through skl2onnx; what ONNX Runtime predicts."""
import numpy as np
import onnx
import onnxruntime
from skl2onnx import to_onnx
from sklearn.ensemble import (GradientBoostingClassifier, GradientBoostingRegressor,
                              HistGradientBoostingClassifier, HistGradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)

from labels import classes
from rows import hostile_rows
from train import COLUMNS, TEST_ROWS, data, write


def run(model, rows):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return session.run(None, {session.get_inputs()[0].name: rows.astype("f4")})[-1]


def fixture(name, estimator, label, missing=False):
    x, score, rng = data(5)
    if not missing:
        x = np.nan_to_num(x)
    estimator.fit(x, label(score, rng))
    options = {} if not hasattr(estimator, "classes_") else {
        "options": {id(estimator): {"zipmap": name.endswith("zipmap")}}}
    model = to_onnx(estimator, x[:1], **options)
    thresholds = {}
    trees = next(node for node in model.graph.node if "Tree" in node.op_type)
    lists = {a.name: onnx.helper.get_attribute_value(a) for a in trees.attribute}
    for column, value in zip(lists["nodes_featureids"], lists["nodes_values"]):
        thresholds.setdefault(column, []).append(value)
    rows = hostile_rows(TEST_ROWS, COLUMNS, thresholds, [], 0, 13)
    predictions = run(model, rows)
    if isinstance(predictions, list):
        predictions = np.array([[row[k] for k in sorted(row)] for row in predictions])
    for attribute in trees.attribute:
        if attribute.name == "post_transform":
            attribute.s = b"NONE"
    margins = run(model, rows) if not name.endswith("zipmap") else predictions
    if len(estimator.__dict__.get("classes_", [])) == 2:
        margins = margins[:, 1:] if not isinstance(margins, list) else margins
    for attribute in trees.attribute:
        if attribute.name == "post_transform" and name in LOGISTIC:
            attribute.s = b"LOGISTIC"
        if attribute.name == "post_transform" and name in SOFTMAX:
            attribute.s = b"SOFTMAX"
    write(name, "onnx", model.SerializeToString(), rows, margins, predictions)


LOGISTIC = {"onnx-boosting-binary", "onnx-histogram-binary"}
SOFTMAX = {"onnx-boosting-multiclass", "onnx-histogram-multiclass"}


def train(version):
    small = {"max_depth": 3, "random_state": 1}
    fixture("onnx-boosting", GradientBoostingRegressor(n_estimators=5, **small), lambda s, r: s)
    fixture("onnx-boosting-binary", GradientBoostingClassifier(n_estimators=5, **small), classes(2))
    fixture("onnx-boosting-multiclass", GradientBoostingClassifier(n_estimators=3, **small),
            classes(3))
    fixture("onnx-forest", RandomForestRegressor(n_estimators=5, **small), lambda s, r: s)
    fixture("onnx-forest-binary", RandomForestClassifier(n_estimators=5, **small), classes(2))
    fixture("onnx-forest-zipmap", RandomForestClassifier(n_estimators=5, **small), classes(3))
    fixture("onnx-histogram", HistGradientBoostingRegressor(max_iter=5, **small), lambda s, r: s,
            missing=True)
    fixture("onnx-histogram-binary", HistGradientBoostingClassifier(max_iter=5, **small),
            classes(2), missing=True)
    fixture("onnx-histogram-multiclass", HistGradientBoostingClassifier(max_iter=3, **small),
            classes(3), missing=True)
