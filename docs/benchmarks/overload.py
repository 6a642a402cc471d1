#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goodput, who is answered, how late and at what memory, at 2, 5 and 10 times the capacity.

Two loads. `loop`: half large carts, half long lists, both inline, so that the event loop itself runs out;
a good answer is any. `pool`: carts for a version whose pool does 500 a second, so that its queue grows; a
good answer is one of that version, since the rungs below it always answer. Capacity is found first, with a
closed loop, for each kind of request alone: a cart costs many times what a list does, and lists are turned
away first, so goodput is the sum over the kinds of the part of its capacity that each was answered at.
`refusal_us` is the gateway's CPU that answers do not explain, for each request refused; `stolen` what the
machine's owner took of the gateway's core. Bars: goodput at least 90 % of capacity, checkouts answered
before widgets, p99 of admitted checkouts inside the budget (50 ms), memory bounded.

    docs/benchmarks/overload.py [--seconds 10] [--lines 200] [--load loop|pool|both]
"""
import argparse
import json
import threading
import time

from gateway import (CHECKOUT, SERVER_CORE, TICKS_PER_SECOND, WIDGET, Gateway, build_snapshots,
                     config, erratic, load, percentile, print_table, scenario, temporary_folder)

MULTIPLES = [1, 2, 5, 10]
BUDGET_MS = 50
CONNECTIONS = 4_096
"""Shoppers do not share connections: with few of them the queue would stand in the load tester."""
VARIETY = 512
"""Large carts: more of them only take longer to write down."""
PATIENCE = "1s"
"""How long a shopper waits."""
POOL = {"delay_milliseconds": 4, "pool": {"threads": 2, "queue": 64}}
"""Two threads at 4 ms a call: 500 carts a second."""
SECONDS_BETWEEN = 6
"""An open breaker has tried again and closed before the next load."""


class Watching:
    """Samples the gateway's memory while its block runs."""

    def __init__(self, gateway):
        self.gateway, self.peak_mib, self.ended = gateway, 0.0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def run(self):
        while not self.ended.wait(0.1):
            self.peak_mib = max(self.peak_mib, self.gateway.resident_mib())

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def answer_rates(report, name):
    """Good answers per second, by route."""
    seconds = report["elapsed_seconds"]
    if name == "loop":
        return {route["name"]: route["answered"]["scheduled"]["count"] / seconds
                for route in report["routes"]}
    rows = [row for row in report["rungs"] if row["name"] == "checkout assigned"]
    return {"checkout": sum(row["scheduled"]["count"] for row in rows) / seconds}


def goodput(report, name, capacities):
    """The part of the capacity that good answers are worth."""
    return sum(rate / capacities[route] for route, rate in answer_rates(report, name).items())


def stolen_seconds():
    """What the hypervisor took of the server's core, ever."""
    with open("/proc/stat") as lines:
        fields = next(line for line in lines if line.startswith(f"cpu{SERVER_CORE} ")).split()
    return int(fields[8]) / TICKS_PER_SECOND


def answered_share(report, route):
    """Of a route's due requests; None when the load has no such route."""
    return next((r["answered_share"] for r in report["routes"] if r["name"] == route), None)


def measure(gateway, path, arguments, multiple, full, name, capacities):
    busy, stolen = gateway.cpu_seconds(), stolen_seconds()
    with Watching(gateway) as memory:
        report = load(path, "--rate", f"{full * multiple:.0f}", "--duration",
                      f"{arguments.seconds}s", "--warm-up", "2s", "--timeout", PATIENCE,
                      "--connections", CONNECTIONS, "--variety", VARIETY)
    seconds = arguments.seconds + 2
    busy = (gateway.cpu_seconds() - busy) / seconds
    checkout = next(r for r in report["routes"] if r["name"] == "checkout")
    share = goodput(report, name, capacities)
    refused = report["shed"] / report["elapsed_seconds"]
    return {
        "load": f"{multiple}x",
        "asked": round(full * multiple),
        "sent": report["connection_wait"]["count"] / arguments.seconds,
        "goodput/capacity": share,
        "refusal_us": (busy - share) / refused * 1e6 if name == "loop" and refused > 1000 else None,
        "checkout": answered_share(report, "checkout"),
        "widget": answered_share(report, "widget"),
        "failed": report["failed"] / max(report["due"], 1),
        "checkout_service_p99_ms": percentile(checkout["answered"]["service"], "p99"),
        "checkout_scheduled_p99_ms": percentile(checkout["answered"]["scheduled"], "p99"),
        "rss_mib": memory.peak_mib,
        "stolen": (stolen_seconds() - stolen) / seconds,
        "verdict": report["judgement"]["verdict"],
    }


def bench(folder, store, arguments, name):
    if name == "loop":
        settings = config(store)
        requests = [CHECKOUT | {"lines": str(arguments.lines)}, WIDGET | {"limit": 100}]
    else:
        versions = {"1": {"plugin": "pricing", "handler": "list-price"}, "2": erratic("delay", **POOL)}
        settings = config(store, versions, {"1": 0, "2": 10_000})
        requests = [CHECKOUT]
    rows = []
    with Gateway(folder, settings) as gateway:
        capacities = {
            request["name"]: capacity(scenario(folder, store, [request]), arguments, name)
            for request in requests}
        # As many of each kind: a second of each takes the sum of both.
        full = len(requests) / sum(1 / rate for rate in capacities.values())
        path = scenario(folder, store, requests)
        for multiple in MULTIPLES:
            rows.append({"what": name} | measure(
                gateway, path, arguments, multiple, full, name, capacities))
            time.sleep(SECONDS_BETWEEN)
    print(name, "capacity/s:", {kind: round(rate) for kind, rate in capacities.items()})
    print_table(rows)
    return [row | {"capacity": round(full), "holds": holds(row)} for row in rows]


def capacity(path, arguments, name):
    """Good answers per second of a closed loop that keeps the server busy and no more."""
    concurrency = 16 if name == "loop" else POOL["pool"]["threads"] + 1
    options = ["--concurrency", concurrency, "--variety", VARIETY, "--warm-up", "2s",
               "--duration", f"{arguments.seconds}s"]
    return sum(answer_rates(load(path, *options), name).values())


def holds(row):
    """None where there is no bar, or the load tester could not ask for as much."""
    if row["load"] == "1x" or row["verdict"] == "GENERATOR_LIMITED":
        return None
    late = row["checkout_service_p99_ms"]
    is_ranked = row["widget"] is None or row["checkout"] >= row["widget"]
    return bool(row["goodput/capacity"] >= 0.9 and is_ranked and late is not None
                and late <= BUDGET_MS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--load", choices=["loop", "pool", "both"], default="both")
    arguments = parser.parse_args()
    rows = []
    with temporary_folder() as folder:
        store, _ = build_snapshots(folder)
        for name in ["loop", "pool"] if arguments.load == "both" else [arguments.load]:
            rows += bench(folder, store, arguments, name)
    print(json.dumps({"bench": "overload", "rows": rows}))


if __name__ == "__main__":
    main()
