#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CPU per request and requests per second of the demo gateway, beside nginx's `return 200`.

One core for the server, the other for wrk, 32 connections, alternating rounds; CPU from /proc.
Needs nginx and wrk (Debian packages), a release build and the demo's snapshot. Loopback only.

    docs/benchmarks/run.py [--rounds 5] [--seconds 5]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SERVER_CORE, CLIENT_CORE = "0", "1"
GATEWAY_PORT, CONTROL_PORT, NGINX_PORT = 18080, 19090, 18081


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def wait_for(url, process):
    for _ in range(200):
        try:
            return urllib.request.urlopen(url, timeout=1).read()
        except OSError:
            if process.poll() is not None:
                sys.exit(f"the server of {url} ended with {process.returncode}")
            time.sleep(0.05)
    sys.exit(f"no answer from {url}")


def start_gateway(folder):
    config = (ROOT / "config/sluice.yaml").read_text().replace("event_loops: 0 ", "event_loops: 1 ")
    config = config.replace("../", f"{ROOT}/")
    # wrk keeps the loop full on purpose; a shed request would be cheaper than an answered one.
    config = config.replace("shed_checkouts: true ", "shed_checkouts: false ")
    config = config.replace("shed_recommendations: true ", "shed_recommendations: false ")
    path = pathlib.Path(folder, "sluice.yaml")
    path.write_text(config)
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, ROOT / ".build/release/sluice", "serve", "--config", path,
         "--port", str(GATEWAY_PORT), "--control-port", str(CONTROL_PORT)],
        stderr=open(pathlib.Path(folder, "gateway.log"), "w"))
    wait_for(f"http://127.0.0.1:{CONTROL_PORT}/readyz", process)
    return process


def start_nginx(folder, body):
    config = (HERE / "nginx.conf.template").read_text()
    config = config.replace("FOLDER", folder).replace("PORT", str(NGINX_PORT))
    path = pathlib.Path(folder, "nginx.conf")
    path.write_text(config.replace("BODY", body.replace("'", "\\'")))
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, shutil.which("nginx") or "/usr/sbin/nginx", "-c", path])
    wait_for(f"http://127.0.0.1:{NGINX_PORT}/", process)
    return process


def measure(pid, port, script, seconds):
    before = cpu_seconds(pid)
    output = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", "-c32", f"-d{seconds}s", "--latency",
         "-s", HERE / script, f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, check=True).stdout
    cpu = cpu_seconds(pid) - before
    requests = int(re.search(r"(\d+) requests in", output)[1])
    if "Non-2xx" in output:
        sys.exit(f"{script} against port {port}:\n{output}")
    return {
        "cpu_us": cpu / requests * 1e6,
        "requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p99": re.search(r"99%\s+(\S+)", output)[1],
    }


def sample(script):
    """One reply of the gateway, for nginx to send."""
    if script == "price.lua":
        body = (b'{"shop":"demo.myshopify.com","currency":"GBP","customer_id":"17850","lines":['
                b'{"id":"1","variant_id":"85123A","quantity":6},'
                b'{"id":"2","variant_id":"22423","quantity":2}]}')
        request = urllib.request.Request(
            f"http://127.0.0.1:{GATEWAY_PORT}/v1/prices", body, {"content-type": "application/json"})
    else:
        request = (f"http://127.0.0.1:{GATEWAY_PORT}/v1/recommendations?shop=demo.myshopify.com"
                   "&product_id=22423&session_id=c-1&limit=10")
    return urllib.request.urlopen(request, timeout=5).read().decode()


def compare(folder, gateway, script, arguments):
    nginx = start_nginx(folder, sample(script))
    try:
        rounds = {"sluice": [], "nginx": []}
        for _ in range(arguments.rounds):
            rounds["sluice"].append(measure(gateway.pid, GATEWAY_PORT, script, arguments.seconds))
            rounds["nginx"].append(measure(nginx.pid, NGINX_PORT, script, arguments.seconds))
    finally:
        nginx.terminate()
        nginx.wait()
    result = {}
    for name, values in rounds.items():
        result[name] = {
            "cpu_us": round(statistics.median(v["cpu_us"] for v in values), 2),
            "requests_per_second": round(
                statistics.median(v["requests_per_second"] for v in values)),
            "p99": sorted(v["p99"] for v in values)[len(values) // 2],
        }
    ratios = [s["cpu_us"] / n["cpu_us"] for s, n in zip(rounds["sluice"], rounds["nginx"])]
    result["cpu_ratio"] = round(statistics.median(ratios), 2)
    result["cpu_ratio_range"] = [round(min(ratios), 2), round(max(ratios), 2)]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    for tool in ["wrk", "nginx"]:
        if not (shutil.which(tool) or os.path.exists(f"/usr/sbin/{tool}")):
            sys.exit(f"{tool} is missing: apt-get install {tool}")
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        gateway = start_gateway(folder)
        try:
            for script in ["price.lua", "recommend.lua"]:
                measure(gateway.pid, GATEWAY_PORT, script, 2)  # warm-up, not counted
                results[script] = compare(folder, gateway, script, arguments)
                print(json.dumps({script: results[script]}), flush=True)
        finally:
            gateway.send_signal(signal.SIGTERM)
            gateway.wait()


if __name__ == "__main__":
    main()
