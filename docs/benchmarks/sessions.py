#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Next item in the basket: `sluice evaluate recommendations` beside plain peers in Python, in one run.

Needs: Python 3.9 or newer, a release build of sluice, the year of Online Retail (CSV, gzip).

    docs/benchmarks/sessions.py --input FILE [--every 1] [--split 2011-11-11] [-- OPTIONS...]

An order is a session, its lines in the order of the file, each product once at its first line. Out are
cancellations (C), book entries (A), lines without quantity or price, and codes that do not begin with five
digits. What was ordered before the split is learned from; of every order after it each line but the first is
predicted from the lines before it. Nobody answers what is in the basket already. A product that was never
learned counts as missed, orders of one line are not counted, those of any length are. OPTIONS go to sluice.

- cosine: the items nearest to the newest one, by c / sqrt(a b) over orders.
- VS-kNN: the 500 most recent orders with an item of the basket, the 100 nearest by linearly weighted
  positions, their items weighted by the last match (Ludewig and Jannach, 2018). Slow: --every N predicts
  only every Nth order, for all.
"""

import argparse
import collections
import csv
import datetime
import gzip
import heapq
import json
import math
import re
import subprocess
import tempfile
import time

LIMIT = 20
DEFAULTS = ["--exclude-seen", "-k", "120", "-m", "500", "--last-items", "3", "--spw", "1", "--ipw", "1"]


def read_orders(path):
    orders = {}
    for row in csv.DictReader(gzip.open(path, "rt", encoding="utf-8")):
        code = row["StockCode"].upper()
        if row["InvoiceNo"][0] in "CA" or not re.match(r"\d{5}", code):
            continue
        if int(row["Quantity"]) <= 0 or float(row["UnitPrice"]) <= 0:
            continue
        when = datetime.datetime.fromisoformat(row["InvoiceDate"] + "+00:00").timestamp()
        order = orders.setdefault(row["InvoiceNo"], (int(when), {}))
        order[1][code] = True
    return [(name, when, list(items)) for name, (when, items) in orders.items()]


class Cosine:
    def __init__(self, orders):
        self.counts = collections.Counter()
        together = collections.defaultdict(collections.Counter)
        for _, _, items in orders:
            self.counts.update(items)
            for item in items:
                together[item].update(items)
        self.near = {}
        for item, others in together.items():
            scored = ((count / math.sqrt(self.counts[item] * self.counts[other]), other)
                      for other, count in others.items() if other != item)
            self.near[item] = [other for _, other in heapq.nlargest(200, scored)]

    def predict(self, basket):
        have = set(basket)
        return [item for item in self.near.get(basket[-1], []) if item not in have][:LIMIT]


class VSkNN:
    def __init__(self, orders, neighbours=100, recent=500):
        self.k, self.m = neighbours, recent
        self.orders = [frozenset(items) for _, _, items in sorted(orders, key=lambda order: order[1])]
        self.found = collections.defaultdict(list)
        for number, items in enumerate(self.orders):
            for item in items:
                self.found[item].append(number)

    def predict(self, basket):
        weights = {item: (place + 1) / len(basket) for place, item in enumerate(basket)}
        possible = set()
        for item in basket:
            possible.update(self.found.get(item, [])[-self.m:])
        recent = heapq.nlargest(self.m, possible)
        scored = [(sum(weights[item] for item in self.orders[number] if item in weights), number)
                  for number in recent]
        scores = collections.defaultdict(float)
        for score, number in heapq.nlargest(self.k, scored):
            items = self.orders[number]
            back = next(back for back, item in enumerate(reversed(basket), 1) if item in items)
            decay = max(1 - 0.1 * back, 0)
            for item in items:
                if item not in weights:
                    scores[item] += score * decay
        return heapq.nlargest(LIMIT, scores, key=scores.get)


def evaluate(peer, orders):
    sums, count, spent = {10: [0, 0.0], 20: [0, 0.0]}, 0, []
    for _, _, items in orders:
        for known in range(1, len(items)):
            start = time.perf_counter()
            answer = peer.predict(items[:known])
            spent.append(time.perf_counter() - start)
            count += 1
            for limit, sum_of in sums.items():
                if items[known] in answer[:limit]:
                    sum_of[0] += 1
                    sum_of[1] += 1 / (answer.index(items[known]) + 1)
    p90 = sorted(spent)[int(0.9 * len(spent))] * 1e6
    return {limit: (hits / count, ranks / count) for limit, (hits, ranks) in sums.items()}, p90, count


def write_log(path, orders):
    with open(path, "w") as log:
        log.write("SessionId\tItemId\tTime\n")
        for name, when, items in orders:
            log.writelines(f"{name}\t{item}\t{when}\n" for item in items)


def evaluate_sluice(command, train, test, options):
    with tempfile.TemporaryDirectory() as folder:
        write_log(folder + "/train.tsv", train)
        write_log(folder + "/test.tsv", test)
        results, p90 = {}, 0
        for limit in (10, 20):
            output = subprocess.run(
                [command, "evaluate", "recommendations", "--train", folder + "/train.tsv", "--test",
                 folder + "/test.tsv", "--limit", str(limit), "--json", *options],
                check=True, stdout=subprocess.PIPE).stdout
            report = json.loads(output)
            overall = report["overall"]
            results[limit] = (overall["hit_rate"], overall["mean_reciprocal_rank"])
            p90 = report["latency_microseconds"]["p90"]
        return results, p90, overall["predictions"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--split", default="2011-11-11")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--sluice", default=".build/release/sluice")
    parser.add_argument("options", nargs="*")
    arguments = parser.parse_args()
    split = datetime.datetime.fromisoformat(arguments.split + "+00:00").timestamp()
    orders = read_orders(arguments.input)
    train = [order for order in orders if order[1] < split]
    test = [order for order in orders if order[1] >= split and len(order[2]) > 1][::arguments.every]
    print(f"{'':10}{'predictions':>12}{'HR@10':>9}{'MRR@10':>9}{'HR@20':>9}{'MRR@20':>9}{'p90 µs':>9}")
    rows = [
        ("cosine", lambda: evaluate(Cosine(train), test)),
        ("VS-kNN", lambda: evaluate(VSkNN(train), test)),
        ("VMIS", lambda: evaluate_sluice(arguments.sluice, train, test, ["--algorithm", "vmis"])),
        ("sluice", lambda: evaluate_sluice(arguments.sluice, train, test, arguments.options or DEFAULTS)),
    ]
    for name, run in rows:
        results, p90, count = run()
        cells = "".join(f"{value:9.4f}" for limit in (10, 20) for value in results[limit])
        print(f"{name:10}{count:12}{cells}{p90:9.1f}", flush=True)


if __name__ == "__main__":
    main()
