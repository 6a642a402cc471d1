#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What slow clients cost the others, by `loadtest compare` of two gateways, one of which has slow clients.

A third of the slow clients sends a head byte by byte, a third a body, a third asks for much and
reads almost nothing; one that is closed comes again. They act while it is their gateway's turn and stand
still otherwise. The load tester asks both in the order ABBA for a two-line price at a fixed rate; the
answer is p99 with slow clients over p99 without, with its 95 % interval. Needs a release build and the
demo's published snapshot.

    docs/benchmarks/slow_clients.py [--slow 1000] [--pairs 8] [--slot 5] [--rate 500]
"""
import argparse
import json
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time

from demo_gateway import CART, HEAD, REQUEST, ROOT, Gateway, descriptors_for

SETTLE_SECONDS = 4
"""Those that the gateway closed while they stood still come again at the start of a turn."""
BODY = HEAD + b"Content-Length: 4000\r\n\r\n"


class SlowClient:
    """One connection that takes its time, and comes again when it is closed."""

    def __init__(self, kind, port, selector):
        self.kind, self.port, self.selector = kind, port, selector
        self.connection = None
        self.open()

    def open(self):
        self.connection = socket.socket()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connection.connect(("127.0.0.1", self.port))
        self.connection.setblocking(False)
        self.position = 0
        if self.kind != "reader":
            self.selector.register(self.connection, selectors.EVENT_READ, self)
        try:
            if self.kind == "reader":
                self.connection.send(REQUEST * 200)
            elif self.kind == "body":
                self.connection.send(BODY)
        except OSError:
            pass

    def reopen(self):
        if self.kind != "reader":
            self.selector.unregister(self.connection)
        self.connection.close()
        self.open()

    def act(self):
        """One step: a byte sent, or a few read."""
        try:
            if self.kind == "reader":
                if not self.connection.recv(64):
                    self.reopen()
            else:
                text = REQUEST if self.kind == "head" else CART * 100
                self.connection.send(text[self.position:self.position + 1])
                self.position += 1
        except BlockingIOError:
            pass
        except OSError:
            self.reopen()


def attack(port, count):
    """Keeps so many slow clients, each with a step about once a second."""
    selector = selectors.DefaultSelector()
    kinds = ["head", "body", "reader"]
    clients = []
    for number in range(count):
        clients.append(SlowClient(kinds[number % 3], port, selector))
        time.sleep(0.001)
    while True:
        random.shuffle(clients)
        start = time.monotonic()
        for number, client in enumerate(clients):
            client.act()
            for key, _ in selector.select(max(0, start + number / count - time.monotonic())):
                key.data.reopen()


def compare(plain, attacked, options, attacker):
    """Measures both by turns; the attacker acts while it is the attacked gateway's."""
    urls = [f"http://127.0.0.1:{gateway.port}" for gateway in (plain, attacked)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as scenario:
        json.dump({"requests": [{"kind": "http", "method": "POST", "path": "/v1/prices", "body": CART.decode()}]},
                  scenario)
        scenario.flush()
        tester = subprocess.Popen(
            [str(options.loadtest), "compare", *urls, "--scenario", scenario.name, "--json",
             "--rate", str(options.rate), "--duration", f"{options.slot * options.pairs}s",
             "--slot", f"{options.slot}s", "--warm-up", f"{SETTLE_SECONDS}s"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in tester.stderr:
            os.kill(attacker, signal.SIGCONT if urls[1] in line else signal.SIGSTOP)
            print(line.strip(), file=sys.stderr, flush=True)
        return json.loads(tester.stdout.read())


def show(report):
    for cell in report["cells"]:
        first, difference = cell.get("first"), cell.get("difference")
        if cell["series"] != "total" or not first or not difference:
            continue
        ratio, lower, upper = (1 + difference[name] / first for name in ("estimate", "lower", "upper"))
        print(f"{cell['metric']:8} without {first:.3f}, with {cell['second']:.3f}: "
              f"{ratio:.2f} times ({lower:.2f} – {upper:.2f})")
    for objection in report["objections"]:
        print(f"objection: {objection}")
    print(json.dumps({"bench": "slow_clients", "cells": report["cells"]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--slow", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--slot", type=int, default=5)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--binary", default=ROOT / ".build/release/sluice")
    parser.add_argument("--loadtest", default=ROOT / ".build/release/loadtest")
    options = parser.parse_args()
    descriptors_for(options.slow)
    os.sched_setaffinity(0, {1})
    changes = [("event_loops: 0 ", "event_loops: 1 ")]
    with Gateway(options.binary, config_changes=changes, core=0) as plain, \
            Gateway(options.binary, config_changes=changes, core=0) as attacked:
        attacker = os.fork()
        if attacker == 0:
            os.nice(19)  # it shares the load tester's core
            attack(attacked.port, options.slow)
        try:
            while attacked.metric("sluice_connections") < options.slow * 0.9:
                time.sleep(0.2)
            show(compare(plain, attacked, options, attacker))
        finally:
            os.kill(attacker, signal.SIGKILL)
            os.waitpid(attacker, 0)


if __name__ == "__main__":
    main()
