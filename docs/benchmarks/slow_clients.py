#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What slow clients cost the others: the latency of a steady client with and without them, in turns.

A third of the slow clients sends a head byte by byte, a third a body, a third asks for much and
reads almost nothing; one that is closed comes again. The steady client asks for a two-line price at
a fixed rate over one connection. Needs a release build and the demo's published snapshot.

    docs/benchmarks/slow_clients.py [--slow 1000] [--rounds 5] [--seconds 8] [--rate 500]
"""
import argparse
import os
import random
import selectors
import signal
import socket
import statistics
import time

from demo_gateway import CART, HEAD, REQUEST, ROOT, Gateway, ask, descriptors_for

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


def steady(gateway, seconds, rate):
    """Latencies in milliseconds, counted from the moment each request was due."""
    connection = gateway.connect()
    latencies = []
    start = time.perf_counter()
    for number in range(int(seconds * rate)):
        due = start + number / rate
        while (wait := due - time.perf_counter()) > 0:
            time.sleep(wait)
        ask(connection)
        latencies.append((time.perf_counter() - due) * 1000)
    connection.close()
    return latencies


def percentile(latencies, share):
    return sorted(latencies)[int(len(latencies) * share)]


def round_of(gateway, options, slow):
    attacker = os.fork() if slow else None
    if attacker == 0:
        attack(gateway.port, options.slow)
    if slow:
        time.sleep(options.slow / 500 + 1)
    opened = gateway.metric("sluice_connections")
    latencies = steady(gateway, options.seconds, options.rate)
    if attacker:
        os.kill(attacker, signal.SIGKILL)
        os.waitpid(attacker, 0)
        while gateway.metric("sluice_connections") > 10:
            time.sleep(0.2)
    return percentile(latencies, 0.5), percentile(latencies, 0.99), opened


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--slow", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--binary", default=ROOT / ".build/release/sluice")
    options = parser.parse_args()
    descriptors_for(options.slow)
    os.sched_setaffinity(0, {1})
    changes = [("event_loops: 0 ", "event_loops: 1 ")]
    ratios = []
    with Gateway(options.binary, config_changes=changes, core=0) as gateway:
        round_of(gateway, options, slow=False)
        for number in range(options.rounds):
            with_slow = None
            order = [False, True] if number % 2 == 0 else [True, False]
            for slow in order:
                p50, p99, opened = round_of(gateway, options, slow)
                print(f"round {number + 1} {'with' if slow else 'without':7} slow clients: "
                      f"p50 {p50:.3f} ms, p99 {p99:.3f} ms, {opened:.0f} connections")
                if slow:
                    with_slow = p99
                else:
                    without = p99
            ratios.append(with_slow / without)
    print(f"p99 with / without: median {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} – {max(ratios):.2f})")


if __name__ == "__main__":
    main()
