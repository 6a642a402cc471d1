#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the demo's gateway under the load tester's scenarios; leaves a record and an HTML report of each.

The gateway has the demo's config, one event loop, and a third price version that behaves until a scenario's
`chaos` says otherwise. Gateway and load tester have a core each. About five minutes.

    docs/benchmarks/scenarios.py [--out .sluice/bench] [--only smoke]
"""
import argparse
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys

from gateway import (CLIENT_CORE, FIRST, RELEASE, ROOT, SERVER_CORE, percentile, print_table,
                     wait_until)

SCENARIOS = ["smoke", "steady", "mixed-store", "flash-sale", "slow-plugin", "snapshot-swap", "bad-day", "overload"]
STORE = ROOT / ".sluice/snapshots"
CONFIG = ROOT / ".sluice/bench.yaml"
"""Where the scenarios' faults find it."""
PID_FILE = ROOT / ".sluice/gateway.pid"
CHANGES = [
    ("../", f"{ROOT}/"),
    ("event_loops: 0 ", "event_loops: 1 "),
    ("linger: 5s", "linger: 0s"),
    ("plugins:\n", f"plugins:\n  - {{path: {RELEASE}/libErraticPlugin.so, "
                   f"sha256_file: {RELEASE}/plugins.sha256}}\n"),
    ('weights: {"1": 5000, "2": 5000}  # must', 'weights: {"1": 3500, "2": 3500, "3": 2000, "4": 1000}  # must'),
    ('      "1": {plugin: pricing, handler: list-price}\n',
     '      "1": {plugin: pricing, handler: list-price}\n'
     '      "3": {plugin: erratic, handler: erratic-price, execution: pooled, '
     'settings: {mode: ok, delay_milliseconds: 200}}\n'
     '      "4": {plugin: pricing, handler: quantity-break, execution: isolated}\n'),
]
VALID_CODES = {0, 98, 99}
"""A load tester that came to its end, whatever it found."""


def build_snapshots():
    """Two of them, so that there is one to go back to."""
    for _ in range(2):
        subprocess.run([RELEASE / "sluice", "snapshot", "build", "--source",
                        ROOT / "config/demo/source.yaml", "--out", STORE, "--publish"],
                       check=True, capture_output=True)


def write_config():
    text = (ROOT / "config/sluice.yaml").read_text()
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new)
    CONFIG.write_text(text)


@contextlib.contextmanager
def serving():
    log = open(ROOT / ".sluice/bench.log", "w")
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, RELEASE / "sluice", "serve", "--config", CONFIG,
         "--pid-file", PID_FILE], stderr=log)
    try:
        wait_until(lambda: PID_FILE.exists() or process.poll() is not None, 20, "no gateway")
        if process.poll() is not None:
            sys.exit(f"the gateway ended with {process.returncode}: see {log.name}")
        yield
    finally:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(PID_FILE.read_text()), signal.SIGTERM)
        process.wait(60)


def run(name, out):
    """Runs one scenario; returns its row of the table."""
    print(f"{name} …", file=sys.stderr, flush=True)
    finished = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, *FIRST, RELEASE / "loadtest", "run", "--json", "--scenario",
         ROOT / f"loadtest/scenarios/{name}.yaml", "--out", out / name, "--html", out / f"{name}.html"],
        stdout=subprocess.PIPE, text=True)
    if finished.returncode not in VALID_CODES:
        sys.exit(f"loadtest {name} ended with {finished.returncode}")
    report = json.loads(finished.stdout)
    total = report["total"]["scheduled"]
    return {"scenario": name, "due": report["due"], "answered": report["answered"] / max(report["due"], 1),
            "shed": report["shed"], "failed": report["failed"], "goodput": report.get("goodput"),
            "p50_ms": percentile(total, "p50"), "p99_ms": percentile(total, "p99"),
            "p99.9_ms": percentile(total, "p99.9"), "lag_p99_ms": percentile(report["timer_lag"], "p99"),
            "verdict": report["judgement"]["verdict"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / ".sluice/bench")
    parser.add_argument("--only", action="append", choices=SCENARIOS)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    build_snapshots()
    write_config()
    with serving():
        rows = [run(name, arguments.out) for name in arguments.only or SCENARIOS]
    print_table(rows)
    print(f"reports: {arguments.out}/*.html")
    print(json.dumps({"bench": "scenarios", "rows": rows}))


if __name__ == "__main__":
    main()
