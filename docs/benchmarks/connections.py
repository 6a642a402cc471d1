#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Resident memory of the gateway with many idle keep-alive connections, each after some requests.

Needs a release build and the demo's published snapshot. Loopback only.

    docs/benchmarks/connections.py [--connections 10000] [--requests 1] [--most 150]
"""
import argparse
import sys
import time

from demo_gateway import ROOT, Gateway, ask, descriptors_for


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=1)
    parser.add_argument("--most", type=float, help="fail above this many MiB")
    parser.add_argument("--binary", default=ROOT / ".build/release/sluice")
    options = parser.parse_args()
    descriptors_for(options.connections)
    changes = [("idle_timeout: 60s", "idle_timeout: 3600s"),
               ("connections: 10000", f"connections: {options.connections + 1000}")]
    with Gateway(options.binary, config_changes=changes) as gateway:
        with gateway.connect() as connection:
            ask(connection)
        before = gateway.resident_mib()
        connections = []
        for _ in range(options.connections):
            connection = gateway.connect()
            for _ in range(options.requests):
                ask(connection)
            connections.append(connection)
        time.sleep(2)
        after = gateway.resident_mib()
        opened = gateway.metric("sluice_connections")
        print(f"open connections: {opened:.0f}")
        print(f"resident: {before:.1f} MiB without, {after:.1f} MiB with them: "
              f"{(after - before) * 1024 / options.connections:.2f} KiB each")
        for connection in connections:
            connection.close()
        time.sleep(2)
        print(f"resident after they closed: {gateway.resident_mib():.1f} MiB")
    if opened < options.connections or (options.most and after > options.most):
        sys.exit("missed")


if __name__ == "__main__":
    main()
