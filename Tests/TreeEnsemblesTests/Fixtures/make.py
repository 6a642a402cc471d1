# SPDX-License-Identifier: Apache-2.0
"""Trains the tiny models of these tests and writes what their libraries predict.

    python3 make.py            # every library and version, each in its own virtual environment
    python3 make.py xgboost-3.2.0

The environments are made under $VENVS (default /tmp/venvs). A fixture is three files:
<name>.<json|ubj|txt|onnx>, <name>.rows (little-endian float64, row by row) and <name>.expected
(float64: the margins of each row, then its predictions).
"""
import os, pathlib, subprocess, sys

HERE = pathlib.Path(__file__).parent
PANDAS = ["numpy==1.26.4", "scipy==1.11.4", "pandas==2.1.4", "scikit-learn==1.5.2"]
OLD_PANDAS = ["numpy==1.23.5", "scipy==1.10.1", "pandas==1.5.3", "scikit-learn==1.2.2"]
ENVIRONMENTS = {
    **{f"xgboost-{v}": [f"xgboost=={v}", *PANDAS] for v in "1.7.6 2.0.3 2.1.4 3.0.5 3.2.0".split()},
    **{f"lightgbm-{v}": [f"lightgbm=={v}", *OLD_PANDAS] for v in "2.3.1 3.3.5 4.0.0".split()},
    "lightgbm-4.7.0": ["lightgbm==4.7.0", *PANDAS],
    "onnx": ["skl2onnx==1.17.0", "onnx==1.16.2", "onnxruntime==1.18.1", *PANDAS],
    "catboost": ["catboost==1.2.7", *PANDAS],
}


def main(names):
    venvs = pathlib.Path(os.environ.get("VENVS", "/tmp/venvs"))
    for name in names or ENVIRONMENTS:
        python = venvs / name / "bin" / "python"
        if not python.exists():
            subprocess.check_call([sys.executable, "-m", "venv", venvs / name])
            library, *rest = ENVIRONMENTS[name]
            pip = [python, "-m", "pip", "install", "-q"]
            # Without XGBoost's and CatBoost's GPU and plotting packages.
            subprocess.check_call([*pip, "--no-deps", library])
            subprocess.check_call([*pip, *rest])
        subprocess.check_call([python, HERE / "train.py", name])


if __name__ == "__main__":
    main(sys.argv[1:])
