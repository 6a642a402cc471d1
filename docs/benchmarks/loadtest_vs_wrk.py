#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The load tester beside wrk: how fast it sends, whether both measure the same, how late it is.

Speed: a closed loop of 32 connections against nginx's `return 200`, nginx on one core, the tester on the
other, the two testers in turn. Agreement: a closed loop of 8 connections against a server that holds each
reply for 2 to 20 ms, so that the latency is the server's and not the tester's own queue. Timer lag: 2,000
requests a second against the idle nginx. Loopback only.

    docs/benchmarks/loadtest_vs_wrk.py [--rounds 5] [--seconds 4]
"""
import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from run import CLIENT_CORE, NGINX_PORT, SERVER_CORE, start_nginx, wait_for

HERE = pathlib.Path(__file__).resolve().parent
LOADTEST = HERE.parent.parent / ".build/release/loadtest"
DELAYS_PORT = 18092
RATE_BAR, RATIO_BAR, AGREEMENT_BAR, LAG_BAR_US = 60_000, 0.85, 0.05, 200
UNITS_MS = {"us": 0.001, "ms": 1, "s": 1_000}


def start_delays():
    process = subprocess.Popen(["taskset", "-c", SERVER_CORE, sys.executable,
                                HERE / "delaying_server.py", str(DELAYS_PORT)])
    wait_for(f"http://127.0.0.1:{DELAYS_PORT}/", process)
    return process


def wrk(port, connections, seconds):
    output = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
         f"http://127.0.0.1:{port}/"],
        capture_output=True, text=True, check=True).stdout

    def percentile(name):
        value, unit = re.search(rf"{name}%\s+([\d.]+)(us|ms|s)", output).groups()
        return float(value) * UNITS_MS[unit]
    return {"per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
            "p50_ms": percentile(50), "p99_ms": percentile(99)}


def loadtest(port, *options):
    output = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, LOADTEST, "run", "--url", f"http://127.0.0.1:{port}/", "--json",
         *options],
        capture_output=True, text=True).stdout
    report = json.loads(output)
    service = report["total"]["service"]["percentiles_ms"]
    return {"per_second": report["goodput"], "p50_ms": service["p50"], "p99_ms": service["p99"],
            "lag_p99_us": report["timer_lag"]["percentiles_ms"]["p99"] * 1_000,
            "cpu": report["generator_cpu"]}


def closed(port, connections, seconds):
    return loadtest(port, "--concurrency", str(connections), "--duration", f"{seconds}s")


def median(rounds, key):
    return statistics.median(row[key] for row in rounds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    arguments = parser.parse_args()
    for tool in ["wrk", "nginx"]:
        if not (shutil.which(tool) or shutil.which(tool, path="/usr/sbin")):
            sys.exit(f"{tool} is missing: apt-get install {tool}")
    speed, agreement, lag = {"wrk": [], "loadtest": []}, {"wrk": [], "loadtest": []}, []
    with tempfile.TemporaryDirectory() as folder:
        nginx = start_nginx(folder, '{"ok":true}')
        delays = start_delays()
        try:
            for _ in range(arguments.rounds):
                for name, run in [("wrk", wrk), ("loadtest", closed)]:
                    speed[name].append(run(NGINX_PORT, 32, arguments.seconds))
                for name, run in [("wrk", wrk), ("loadtest", closed)]:
                    agreement[name].append(run(DELAYS_PORT, 8, arguments.seconds))
                lag.append(loadtest(
                    NGINX_PORT, "--rate", "2000", "--duration", f"{arguments.seconds}s"))
        finally:
            for process in [nginx, delays]:
                process.terminate()
                process.wait()
    report(speed, agreement, lag)


def report(speed, agreement, lag):
    rows = [("tester", "requests/s", "p50 of the held replies", "p99 of the held replies")]
    for name in ["wrk", "loadtest"]:
        rows.append((name, f"{median(speed[name], 'per_second'):,.0f}",
                     f"{median(agreement[name], 'p50_ms'):.2f} ms",
                     f"{median(agreement[name], 'p99_ms'):.2f} ms"))
    for row in rows:
        print("  ".join(cell.rjust(23) for cell in row))
    ratios = [ours["per_second"] / theirs["per_second"]
              for ours, theirs in zip(speed["loadtest"], speed["wrk"])]
    differences = {key: abs(median(agreement["loadtest"], key) / median(agreement["wrk"], key) - 1)
                   for key in ["p50_ms", "p99_ms"]}
    rate, ratio = median(speed["loadtest"], "per_second"), statistics.median(ratios)
    lag_us = median(lag, "lag_p99_us")
    print(json.dumps({
        "bench": "loadtest_vs_wrk", "requests_per_second": round(rate), "ratio": round(ratio, 3),
        "ratio_range": [round(min(ratios), 3), round(max(ratios), 3)],
        "p50_difference": round(differences["p50_ms"], 4),
        "p99_difference": round(differences["p99_ms"], 4),
        "timer_lag_p99_us": round(lag_us, 1), "lag_cpu": round(median(lag, "cpu"), 3),
        "holds": rate >= RATE_BAR and ratio >= RATIO_BAR and lag_us < LAG_BAR_US
        and max(differences.values()) <= AGREEMENT_BAR}))


if __name__ == "__main__":
    main()
