#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does `loadtest search` find a rate that is known in closed form?

A stub serves one request after the other, each for an exponentially distributed time: an M/M/1 queue
once arrivals are Poisson. Its sojourn time is exponential with rate `service rate - rate`, so the rate
at which p99 reaches a limit L is `service rate - ln(100) / L`. The stub is a process of its own and
computes when each reply is due when the request comes; timers are the only thing that is not exact.

A search takes about a minute and a half and is stopped after two. Each answer is added to --out; a seed that
is there is not searched again, so many seeds may be done in several goes. A load tester that was late itself
has no answer: that seed is searched again the next time.

    docs/benchmarks/search_mm1.py [--seeds 3] [--loadtest .build/release/loadtest]
"""

import argparse
import asyncio
import json
import math
import pathlib
import random
import signal
import subprocess
import sys

SECONDS_MAXIMUM = 120
"""A probe goes on for three lengths at most and a search has about ten; what is longer has gone wrong."""
BAR = 0.05
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def serve(service_rate, seed):
    loop = asyncio.get_running_loop()
    source = random.Random(seed)
    idle_from = 0.0

    class Connection(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            # The load tester sends a request at a time, each in one write.
            nonlocal idle_from
            idle_from = max(idle_from, loop.time()) + source.expovariate(service_rate)
            loop.call_at(idle_from, self.reply)

        def reply(self):
            if not self.transport.is_closing():
                self.transport.write(REPLY)

    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def search(arguments, seed):
    """One search against a stub of its own; the report, without a result when it took too long."""
    stub = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(seed), "--service-rate", str(arguments.service_rate)],
        stdout=subprocess.PIPE, text=True)
    try:
        port = stub.stdout.readline().strip()
        tester = subprocess.Popen(
            [arguments.loadtest, "search", "--url", f"http://127.0.0.1:{port}/", "--json",
             "--assert", f"scheduled.p99 < {arguments.limit_ms:g}ms", "--probe", arguments.probe,
             "--connections", "512", "--seed", str(seed), "--from", str(arguments.start)],
            stdout=subprocess.PIPE, text=True)
        try:
            output, _ = tester.communicate(timeout=SECONDS_MAXIMUM)
        except subprocess.TimeoutExpired:
            tester.send_signal(signal.SIGINT)
            output, _ = tester.communicate()
        return json.loads(output)
    finally:
        stub.kill()
        stub.wait()


def measure(arguments, truth):
    """Searches the seeds that are not in the file yet; returns all answers by seed."""
    done = {}
    if arguments.out.exists():
        done = {row["seed"]: row for row in map(json.loads, arguments.out.read_text().splitlines())}
    for seed in range(1, arguments.seeds + 1):
        if seed in done:
            continue
        report = search(arguments, seed)
        rate = (report.get("result") or {}).get("rate")
        done[seed] = {"seed": seed, "rate": rate, "error": rate and rate / truth - 1,
                      "probes": len(report["probes"]), "seconds": sum(p["seconds"] for p in report["probes"])}
        if rate:
            with arguments.out.open("a") as file:
                file.write(json.dumps(done[seed]) + "\n")
        show(done[seed])
    return done


def show(row):
    found = f"{row['rate']:.1f}/s, off by {row['error']:+.1%}" if row["rate"] else "nothing"
    print(f"seed {row['seed']}: {found}; {row['probes']} probes, {row['seconds']} s measured", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loadtest", default=".build/release/loadtest")
    parser.add_argument("--service-rate", type=float, default=1500)
    parser.add_argument("--limit-ms", type=float, default=15)
    parser.add_argument("--probe", default="5s")
    parser.add_argument("--from", dest="start", type=float, default=500)
    parser.add_argument("--seeds", type=int, default=3, help="how many searches")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(".sluice/bench/search_mm1.jsonl"))
    parser.add_argument("--serve", type=int, metavar="SEED", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve is not None:
        return asyncio.run(serve(arguments.service_rate, arguments.serve))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    truth = arguments.service_rate - math.log(100) / (arguments.limit_ms / 1000)
    print(f"M/M/1 with {arguments.service_rate:g}/s, p99 < {arguments.limit_ms:g} ms: {truth:.1f}/s", flush=True)
    answers = measure(arguments, truth).values()
    good = sum(row["error"] is not None and abs(row["error"]) <= BAR for row in answers)
    print(f"within {BAR:.0%}: {good} of {len(answers)}")


if __name__ == "__main__":
    main()
