#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Forecasts of `sluice forecast` beside statsforecast's, on the same series in one run, one thread.

    python3 -m venv VENV && VENV/bin/pip install statsforecast==2.1.1
    swift build -c release --product sluice
    VENV/bin/python docs/benchmarks/forecasting.py --car-parts car_parts_monthly.csv.gz \
        --online-retail online_retail.csv.gz

Both are timed around the forecasts alone, warm: neither reading nor printing counts.
"""
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import collections
import csv
import datetime
import gzip
import json
import subprocess
import tempfile
import time

import numpy as np
from statsforecast.models import TSB, AutoETS, CrostonClassic, CrostonOptimized, CrostonSBA

OURS = ["automatic", "ets", "theta", "croston", "optimised-croston", "sba", "tsb", "adida"]
WEEKS_MINIMUM = 30


def car_parts(path):
    """Complete monthly series."""
    with gzip.open(path, "rt") as file:
        for row in list(csv.reader(file))[1:]:
            if "" not in row:
                yield row[0], [float(value) for value in row[1:]]


def online_retail(path):
    """Units a week from each product's first sale to the last whole week."""
    weeks = collections.defaultdict(collections.Counter)
    monday, last = datetime.date(2010, 11, 29), 52
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            quantity, code = int(row["Quantity"]), row["StockCode"]
            if quantity > 0 and float(row["UnitPrice"]) > 0 and code[:5].isdigit():
                day = datetime.date.fromisoformat(row["InvoiceDate"][:10])
                weeks[code][(day - monday).days // 7] += quantity
    for code, sold in sorted(weeks.items()):
        first = min(sold)
        if last - first + 1 >= WEEKS_MINIMUM:
            yield code, [float(sold[week]) for week in range(first, last + 1)]


def ours(sluice, series, horizon, season, method):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("id,date,value\n")
        for name, values in series:
            for step, value in enumerate(values[:-horizon]):
                file.write(f"{name},{step:06},{value}\n")
        file.flush()
        command = [sluice, "forecast", file.name, "--horizon", str(horizon)]
        command += ["--season", str(season), "--method", method, "--without-intervals", "--json"]
        report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [one["mean"] for one in report["forecasts"]], report["seconds"]


def theirs(model, series, horizon):
    for _, values in series[:20]:
        model.forecast(y=np.array(values[:-horizon]), h=horizon)
    began = time.perf_counter()
    means = [model.forecast(y=np.array(v[:-horizon]), h=horizon)["mean"] for _, v in series]
    return means, time.perf_counter() - began


def accuracy(series, means, horizon, lag):
    """MASE over series whose scale is not zero, and WAPE over all."""
    scaled, errors, total = [], 0.0, 0.0
    for (_, values), mean in zip(series, means):
        train, actual = np.array(values[:-horizon]), np.array(values[-horizon:])
        error = np.abs(actual - np.array(mean))
        errors, total = errors + error.sum(), total + actual.sum()
        scale = np.abs(train[lag:] - train[:-lag]).mean()
        if scale > 0:
            scaled.append(error.mean() / scale)
    return np.mean(scaled), errors / total


def compare(sluice, title, series, horizon, season):
    print(f"\n{title}: {len(series)} series, horizon {horizon}, season {season}\n")
    print("| | MASE | WAPE | µs a series |\n| --- | --- | --- | --- |")
    models = [AutoETS(season_length=season), CrostonClassic(), CrostonOptimized(), CrostonSBA()]
    runs = [(f"sluice {m}", ours(sluice, series, horizon, season, m)) for m in OURS]
    runs += [(f"statsforecast {m}", theirs(m, series, horizon)) for m in [*models, TSB(0.2, 0.2)]]
    for name, (means, seconds) in runs:
        mase, wape = accuracy(series, means, horizon, season)
        print(f"| {name} | {mase:.4f} | {wape:.4f} | {seconds / len(series) * 1e6:,.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sluice", default=".build/release/sluice")
    parser.add_argument("--car-parts", required=True)
    parser.add_argument("--online-retail", required=True)
    options = parser.parse_args()
    compare(options.sluice, "car-parts, monthly", list(car_parts(options.car_parts)), 12, 12)
    retail = list(online_retail(options.online_retail))
    compare(options.sluice, "Online Retail, weekly", retail, 4, 1)


if __name__ == "__main__":
    main()
