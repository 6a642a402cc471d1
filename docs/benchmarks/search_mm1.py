#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does `loadtest search` find a rate that is known in closed form?

A stub serves one request after the other, each for an exponentially distributed time: an M/M/1 queue
once arrivals are Poisson. Its sojourn time is exponential with rate `service rate - rate`, so the rate
at which p99 reaches a limit L is `service rate - ln(100) / L`. The stub is a process of its own and
computes when each reply is due when the request comes; timers are the only thing that is not exact.

    python3 docs/benchmarks/search_mm1.py --loadtest .build/release/loadtest [--seeds 1]
"""

import argparse
import asyncio
import json
import math
import random
import subprocess
import sys

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
    stub = subprocess.Popen(
        [sys.executable, __file__, "--serve", "--service-rate", str(arguments.service_rate), "--seeds", str(seed)],
        stdout=subprocess.PIPE, text=True,
    )
    try:
        port = stub.stdout.readline().strip()
        command = [
            arguments.loadtest, "search", "--url", f"http://127.0.0.1:{port}/", "--json",
            "--assert", f"scheduled.p99 < {arguments.limit_ms}ms", "--probe", arguments.probe,
            "--connections", "512", "--seed", str(seed),
        ] + (["--from", arguments.start] if arguments.start else [])
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        return ended.returncode, json.loads(ended.stdout) if ended.stdout else None
    finally:
        stub.kill()
        stub.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loadtest", default=".build/release/loadtest")
    parser.add_argument("--service-rate", type=float, default=600)
    parser.add_argument("--limit-ms", type=float, default=30)
    parser.add_argument("--probe", default="20s")
    parser.add_argument("--from", dest="start")
    parser.add_argument("--seeds", type=int, default=1, help="how many searches; with --serve, the seed")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return asyncio.run(serve(arguments.service_rate, arguments.seeds))
    truth = arguments.service_rate - math.log(100) / (arguments.limit_ms / 1000)
    print(f"M/M/1 with {arguments.service_rate:g}/s, p99 < {arguments.limit_ms:g} ms: {truth:.1f}/s")
    for seed in range(1, arguments.seeds + 1):
        code, report = search(arguments, seed)
        rate = ((report or {}).get("result") or {}).get("rate")
        found = f"{rate:.1f}/s, off by {100 * (rate / truth - 1):+.1f} %" if rate else "nothing"
        probes = len(report["probes"]) if report else 0
        print(f"seed {seed}: found {found}; {probes} probes, exit code {code}", flush=True)


if __name__ == "__main__":
    main()
