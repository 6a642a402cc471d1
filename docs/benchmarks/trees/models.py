# SPDX-License-Identifier: Apache-2.0
"""The models the tree bench measures, trained once and kept in a folder: XGBoost and LightGBM, 32
features, 5 % missing, and the XGBoost ones compiled to a shared object by TL2cgen."""
import pathlib
import subprocess

FEATURES, ROWS, MISSING_SHARE, SEED = 32, 20_000, 0.05, 7
SHAPES = ((100, 6), (500, 8))
TEST_ROWS = 1_000
COMPILE_UNITS = 32


def data():
    import numpy as np
    random = np.random.default_rng(SEED)
    x = random.standard_normal((ROWS, FEATURES)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2]) + 0.3 * x[:, 3:12].sum(1)
         + 0.5 * random.standard_normal(ROWS)).astype(np.float32)
    x[random.random(x.shape) < MISSING_SHARE] = np.nan
    return x, y


def train_xgboost(x, y, trees, depth, path):
    import xgboost
    parameters = {"max_depth": depth, "eta": 0.1, "tree_method": "hist", "nthread": 1}
    xgboost.train(parameters, xgboost.DMatrix(x, y), trees).save_model(path)


def train_lightgbm(x, y, trees, depth, path):
    import lightgbm
    parameters = {"objective": "regression", "num_leaves": 2**depth, "max_depth": depth,
                  "learning_rate": 0.1, "min_data_in_leaf": 5, "num_threads": 1, "verbose": -1}
    lightgbm.train(parameters, lightgbm.Dataset(x.astype(float), y), trees).save_model(path)


def compile_tl2cgen(model, folder):
    import tl2cgen
    import treelite
    loaded = treelite.frontend.load_xgboost_model(model)
    tl2cgen.generate_c_code(loaded, str(folder), params={"parallel_comp": COMPILE_UNITS})
    sources = sorted(folder.glob("*.c"))
    for source in sources:
        subprocess.run(["gcc", "-O3", "-fPIC", "-c", source, "-o", source.with_suffix(".o")],
                       check=True)
    subprocess.run(["gcc", "-shared", "-o", f"{folder}.so",
                    *(source.with_suffix(".o") for source in sources)], check=True)


def prepare(folder):
    """Makes what is missing in the folder and returns it."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    x, y = data()
    x[:TEST_ROWS].tofile(folder / "rows.f32")
    for trees, depth in SHAPES:
        shape = f"{trees}x{depth}"
        xgboost_model = folder / f"xgboost-{shape}.json"
        lightgbm_model = folder / f"lightgbm-{shape}.txt"
        if not xgboost_model.exists():
            train_xgboost(x, y, trees, depth, xgboost_model)
        if not lightgbm_model.exists():
            train_lightgbm(x, y, trees, depth, lightgbm_model)
        if not (folder / f"tl2cgen-{shape}.so").exists():
            compile_tl2cgen(xgboost_model, folder / f"tl2cgen-{shape}")
    return folder


if __name__ == "__main__":
    import sys
    prepare(sys.argv[1])
