#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""p99.9 at half of capacity: calm, with a snapshot swap every 5 s and a faulty version, with a shadow that
gets a copy of every request, and of nginx with a fixed reply under the same load.

Poisson arrivals of two-line carts, latency from when each request was due. They take turns, so that the
machine's mood hits all. Bars: p99.9 of the troubled runs at most 2 ms, and at most 1.25 times the calm ones. A
round that is not VALID, or in which the load tester itself was late, counts for nothing.

    docs/benchmarks/tail.py [--rounds 5] [--seconds 20] [--mode fail] [--execution pooled]
"""
import argparse
import contextlib
import json
import statistics
import threading

from gateway import (CHECKOUT, Gateway, build_snapshots, capacity, config, erratic, load, percentile,
                     point_at, print_table, scenario, temporary_folder)
from run import NGINX_PORT, sample, start_nginx

BAR_MS, BAR_RATIO = 2.0, 1.25
SWAP_SECONDS = 5
LAG_MS_MAXIMUM = 1.0
"""p99.9 of the load tester's own delay: half of the bar."""


class Swapping:
    """Publishes the snapshots in turn while its block runs."""

    def __init__(self, snapshots):
        self.snapshots, self.count, self.ended = snapshots, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def run(self):
        while not self.ended.wait(SWAP_SECONDS):
            self.count += 1
            point_at(self.snapshots[self.count % len(self.snapshots)])

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


@contextlib.contextmanager
def nginx(folder, body):
    """The peer: the same load, a fixed reply."""
    process = start_nginx(str(folder), body)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def measure(path, arguments, rate, snapshots=None, target=()):
    options = [*target, "--rate", f"{rate:.0f}", "--duration", f"{arguments.seconds}s", "--warm-up", "2s"]
    if snapshots is None:
        report, swaps = load(path, *options), 0
    else:
        with Swapping(snapshots) as swapping:
            report = load(path, *options)
        swaps = swapping.count
    total = report["total"]
    return {
        "p50_ms": percentile(total["scheduled"], "p50"),
        "p99_ms": percentile(total["scheduled"], "p99"),
        "p99.9_ms": percentile(total["scheduled"], "p99.9"),
        "service_p99.9_ms": percentile(total["service"], "p99.9"),
        "lag_p99.9_ms": percentile(report["timer_lag"], "p99.9"),
        "answered": report["answered"] / max(report["due"], 1),
        "swaps": swaps,
        "verdict": report["judgement"]["verdict"],
        "counts": counts(report),
    }


def counts(report):
    lag = percentile(report["timer_lag"], "p99.9")
    return report["judgement"]["verdict"] == "VALID" and lag is not None and lag <= LAG_MS_MAXIMUM


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--mode", default="fail")
    parser.add_argument("--execution", default="pooled")
    arguments = parser.parse_args()
    with temporary_folder() as folder:
        store, snapshots = build_snapshots(folder, count=2)
        path = scenario(folder, store, [CHECKOUT])
        versions = config(store)["models"]["pricing"]["versions"]
        calm = config(store)
        troubled = config(
            store,
            {**versions, "3": erratic(arguments.mode, execution=arguments.execution)},
            {"1": 4_000, "2": 4_000, "3": 2_000})
        shadowed = config(store, model={"shadows": {"2": {"sample": "100%"}}})
        with Gateway(folder, calm):
            full = capacity(path, seconds=5)
            body = sample("price.lua")
        rows = []
        for number in range(arguments.rounds):
            with Gateway(folder, calm):
                rows.append({"run": "calm", **measure(path, arguments, full / 2)})
            with Gateway(folder, troubled):
                rows.append({"run": "troubled", **measure(path, arguments, full / 2, snapshots)})
            with Gateway(folder, shadowed):
                rows.append({"run": "shadowed", **measure(path, arguments, full / 2)})
            with nginx(folder, body):
                target = ["--target", f"http://127.0.0.1:{NGINX_PORT}"]
                rows.append({"run": "nginx", **measure(path, arguments, full / 2, None, target)})
            for row in rows[-4:]:
                row["round"] = number + 1
    print(f"capacity {full:.0f}/s, asked {full / 2:.0f}/s")
    print_table(rows)
    print(json.dumps(summary(rows, full)))


def summary(rows, full):
    def tails(name):
        return [row["p99.9_ms"] for row in rows
                if row["run"] == name and row["counts"]]
    calm, troubled, shadowed, peer = map(tails, ["calm", "troubled", "shadowed", "nginx"])
    result = {"bench": "tail", "capacity": round(full),
              "rounds_that_count": [len(calm), len(troubled), len(shadowed), len(peer)]}
    if calm and shadowed:
        result["shadow_ratio"] = round(statistics.median(shadowed) / statistics.median(calm), 3)
    if peer and troubled:
        result["ratio_to_nginx"] = round(statistics.median(troubled) / statistics.median(peer), 3)
    if calm and troubled:
        tail, ratio = statistics.median(troubled), statistics.median(troubled) / statistics.median(calm)
        result |= {"p99.9_ms": round(tail, 3), "ratio": round(ratio, 3),
                   "holds": tail <= BAR_MS and ratio <= BAR_RATIO}
    return result


if __name__ == "__main__":
    main()
