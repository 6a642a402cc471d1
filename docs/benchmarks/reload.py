#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""1,000 reloads and snapshot swaps under load: failures, memory, and what a request costs.

In blocks of a tenth. While one block changes the config (other weights, other settings of a version) and,
every tenth time, the snapshot, shoppers ask at a steady rate; after it a closed loop measures CPU per
request. Bars: no request fails; memory and cost of the last blocks are those of the first ones.

    docs/benchmarks/reload.py [--reloads 1000] [--rate 500]
"""
import argparse
import json
import signal
import time

from gateway import (CHECKOUT, WIDGET, Gateway, build_snapshots, config, finish_load, load,
                     print_table, publish, scenario, start_load, temporary_folder, wait_until)

BLOCKS = 10
SWAP_EVERY = 10
SECONDS_PER_CHANGE = 20
"""A change takes milliseconds; a busy machine gets its time."""
BAR_GROWTH = 1.1
"""What the last three blocks may have more than the three after the first, by the median."""


def settings(store, number):
    """A config unlike the one before it: the weights and a version's settings change."""
    versions = {
        "1": {"plugin": "pricing", "handler": "list-price"},
        "2": {"plugin": "pricing", "handler": "quantity-break",
              "settings": {"floor_percent": 30 + number % 20}}}
    weight = 4_000 + number % 2_000
    return config(store, versions, {"1": weight, "2": 10_000 - weight})


def fingerprint(gateway):
    return gateway.status()["config"]["fingerprint"]


def change(gateway, store, snapshots, number):
    if number % SWAP_EVERY == 0:
        wanted = snapshots[number // SWAP_EVERY % len(snapshots)]
        publish(wanted)
        wait_until(lambda: gateway.status()["snapshot"]["id"] == wanted.name, SECONDS_PER_CHANGE,
                   f"snapshot {wanted.name} was not adopted")
    else:
        before = fingerprint(gateway)
        gateway.reload(settings(store, number))
        wait_until(lambda: fingerprint(gateway) != before, SECONDS_PER_CHANGE,
                   f"config {number} was not adopted")


def cost_microseconds(gateway, path):
    before = gateway.cpu_seconds()
    report = load(path, "--concurrency", 16, "--duration", "2s")
    return (gateway.cpu_seconds() - before) / report["answered"] * 1e6


def run_block(gateway, path, rate, changes):
    running = start_load(path, "--rate", rate, "--duration", "1200s", "--timeout", "2s")
    start = time.monotonic()
    try:
        changes()
    finally:
        running.send_signal(signal.SIGINT)
    elapsed = time.monotonic() - start
    report = finish_load(running)
    lost = report["failed"] + report["shed"]
    return {"due": report["due"], "lost": lost, "seconds": elapsed,
            "cpu_us": cost_microseconds(gateway, path), "rss_mib": gateway.resident_mib()}


def median(values):
    return sorted(values)[len(values) // 2]


def growth(rows, name):
    """The last three blocks to the three after the first, which still warms up."""
    return median([r[name] for r in rows[-3:]]) / median([r[name] for r in rows[1:4]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reloads", type=int, default=1_000)
    parser.add_argument("--rate", type=int, default=500)
    arguments = parser.parse_args()
    per_block = max(1, arguments.reloads // BLOCKS)
    with temporary_folder() as folder:
        store, snapshots = build_snapshots(folder, count=2)
        path = scenario(folder, store, [CHECKOUT, WIDGET])
        rows = []
        with Gateway(folder, settings(store, 0)) as gateway:
            for block in range(BLOCKS):
                numbers = range(block * per_block + 1, (block + 1) * per_block + 1)
                rows.append({"changes": numbers[-1]} | run_block(
                    gateway, path, arguments.rate,
                    lambda: [change(gateway, store, snapshots, n) for n in numbers]))
    print_table(rows)
    result = {"bench": "reload", "changes": rows[-1]["changes"],
              "lost": sum(row["lost"] for row in rows),
              "rss_growth": round(growth(rows, "rss_mib"), 3),
              "cpu_growth": round(growth(rows, "cpu_us"), 3)}
    result["holds"] = (result["lost"] == 0 and result["rss_growth"] <= BAR_GROWTH
                       and result["cpu_growth"] <= BAR_GROWTH)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
