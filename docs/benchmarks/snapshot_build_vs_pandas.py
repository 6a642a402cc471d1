#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares `sluice snapshot build` with pandas reading and grouping the same file.

Needs: Python 3.9 or newer with pandas (`python3 -m venv V && V/bin/pip install pandas`, run with
V/bin/python), a release build of sluice, and an input with the demo's columns.

    docs/benchmarks/snapshot_build_vs_pandas.py [--runs 7] [--input FILE] -- COMMAND...

COMMAND builds the snapshot; `{out}` in it is replaced by a fresh folder. The default is
`.build/release/sluice snapshot build --source config/demo/source.yaml --out {out}`; give --input the
file that source file reads. Runs alternate, each in a process of its own. pandas does less: one
reading, and units, orders, customers and the median price of each product. It is timed twice over, as
the work alone (read_csv and groupby) and as the whole process, which includes importing pandas.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PANDAS = """
import sys, time
import pandas
start = time.perf_counter()
rows = pandas.read_csv(sys.argv[1])
products = rows.groupby("StockCode").agg(
    units=("Quantity", "sum"), orders=("InvoiceNo", "nunique"),
    price=("UnitPrice", "median"), customers=("CustomerID", "nunique"))
print(time.perf_counter() - start, len(rows), len(products))
"""


def run(command, **options):
    """Runs a command; returns wall seconds, CPU seconds, peak memory in MB and its output."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} failed with status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def run_build(command):
    out = tempfile.mkdtemp(prefix="sluice-benchmark-")
    try:
        return run([part.replace("{out}", out) for part in command], stderr=subprocess.DEVNULL)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def line(name, wall, cpu, memory):
    print(f"{name:<28}{min(wall):>9.2f}{statistics.median(wall):>9.2f}"
          f"{statistics.median(cpu):>9.2f}{max(memory):>9.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--input", default="../shared/data/online-retail/online_retail.csv.gz")
    parser.add_argument("command", nargs="*", default=[
        ".build/release/sluice", "snapshot", "build", "--source", "config/demo/source.yaml",
        "--out", "{out}"])
    options = parser.parse_args()
    builds, pandas, work = [], [], []
    for _ in range(options.runs):
        builds.append(run_build(options.command))
        pandas.append(run([sys.executable, "-c", PANDAS, options.input]))
        work.append(float(pandas[-1][3].split()[0]))
    print(f"{'':<28}{'wall':>9}{'':>9}{'CPU':>9}{'RSS MB':>9}")
    print(f"{'':<28}{'best':>9}{'median':>9}{'median':>9}{'max':>9}")
    columns = list(zip(*builds))
    line("sluice snapshot build", *columns[:3])
    line("pandas, whole process", *list(zip(*pandas))[:3])
    print(f"{'pandas, read and group':<28}{min(work):>9.2f}{statistics.median(work):>9.2f}")
    ratio = statistics.median(columns[0]) / statistics.median(work)
    print(f"\nwall ratio to read and group: {ratio:.2f} (median), "
          f"{min(columns[0]) / min(work):.2f} (best)")
    ratio = statistics.median(columns[0]) / statistics.median(p[0] for p in pandas)
    print(f"wall ratio to whole process: {ratio:.2f} (median)")


main()
