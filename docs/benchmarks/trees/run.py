#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tree predictions beside XGBoost's and LightGBM's C libraries and TL2cgen's compiled C.

All are called from one C loop on one pinned thread, in turns; Python only trains and prints. The
peers come from PyPI into a virtual environment in .sluice/bench; the first run trains and compiles
the models, which takes minutes. Needs gcc and a release build of tree-bench.

    docs/benchmarks/trees/run.py [--seconds 0.15] [--rounds 3]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORK = ROOT / ".sluice/bench"
ENVIRONMENT = WORK / "peers"
MODELS = WORK / "models"
CORE = "1"
PEERS = ("XGBoost C API", "LightGBM C API", "TL2cgen")
OURS = "sluice (XGBoost model)"
# What our XGBoost model may take of the best peer's time: (model, rows, cold).
BARS = {("100x6", 1, False): 0.25, ("500x8", 1, False): 0.25, ("100x6", 1, True): 0.35,
        ("500x8", 1, True): 0.35, ("100x6", 1000, False): 0.125}


def python():
    path = ENVIRONMENT / "bin/python"
    if not path.exists():
        print("installing the peers from PyPI", file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([path, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
    return path


def library(name):
    return next(ENVIRONMENT.glob(f"lib/python*/site-packages/{name}"))


def measured(arguments):
    command = ["taskset", "-c", CORE, ROOT / ".build/release/tree-bench", MODELS,
               library("xgboost/lib/libxgboost.so"), library("lightgbm/lib/lib_lightgbm.so"),
               str(arguments.seconds), str(arguments.rounds)]
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    lines = process.stdout.splitlines()
    print("\n".join(line for line in lines if line.startswith("#")))
    if process.returncode:
        sys.exit("the bench ended early")
    return [json.loads(line) for line in lines if not line.startswith("#")]


def microseconds(nanoseconds):
    return f"{nanoseconds / 1000:,.1f} µs"


def print_table(results):
    print("\n| model | rows | caches | | p50 | p99 | p50 of a row |\n| --- | --- | --- | --- | --- | --- | --- |")
    for result in results:
        caches = "cold" if result["cold"] else "warm"
        print(f"| {result['model']} | {result['rows']} | {caches} | {result['name']} "
              f"| {microseconds(result['p50_ns'])} | {microseconds(result['p99_ns'])} "
              f"| {result['p50_ns'] / result['rows']:,.0f} ns |")


def verdict(results):
    times = {(r["model"], r["rows"], r["cold"], r["name"]): r["p50_ns"] for r in results}
    bars = []
    for case, bar in BARS.items():
        best = min(times[(*case, peer)] for peer in PEERS)
        ratio = times[(*case, OURS)] / best
        bars.append({"case": case, "ratio": round(ratio, 3), "bar": bar, "holds": ratio <= bar})
    return {"bench": "trees", "bars": bars, "holds": all(bar["holds"] for bar in bars)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.15, help="each measurement of a round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    subprocess.run([python(), HERE / "models.py", MODELS], check=True)
    results = measured(arguments)
    print_table(results)
    print(json.dumps(verdict(results)))


if __name__ == "__main__":
    main()
