#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Resident memory of the idle gateway, and the time from its start until it is ready.

Needs a release build and the demo's published snapshot. Loopback only.

    docs/benchmarks/idle.py [--runs 9]
"""
import argparse
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PORT, CONTROL_PORT = 18080, 19090


def is_ready():
    try:
        with socket.create_connection(("127.0.0.1", CONTROL_PORT), timeout=1) as connection:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def run():
    start = time.perf_counter()
    process = subprocess.Popen(
        [ROOT / ".build/release/sluice", "serve", "--config", ROOT / "config/sluice.yaml",
         "--port", str(PORT), "--control-port", str(CONTROL_PORT)],
        stderr=subprocess.DEVNULL)
    while not is_ready():
        time.sleep(0.002)
    ready = time.perf_counter() - start
    time.sleep(1)
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    process.send_signal(signal.SIGKILL)
    process.wait()
    return ready * 1000, int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=9)
    runs = [run() for _ in range(parser.parse_args().runs)]
    print(f"start to ready: median {statistics.median(r[0] for r in runs):.0f} ms, "
          f"slowest {max(r[0] for r in runs):.0f} ms")
    print(f"resident, idle: median {statistics.median(r[1] for r in runs):.1f} MiB, "
          f"largest {max(r[1] for r in runs):.1f} MiB")


if __name__ == "__main__":
    main()
