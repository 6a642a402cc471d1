#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every way a handler can misbehave, under load: who is answered, how soon its breaker opens and closes.

Each case serves half of the shoppers from a version that misbehaves, then mends it by a reload. `--kills`
is another bench: a sound version in a worker process that is killed again and again. A case the gateway
refuses (an execution or mode it does not have) is shown as such. Bars: every price request answered, the
breaker open within 2 s and closed again after recovery.

    docs/benchmarks/faults.py [--rate 500] [--case mode/execution] [--kills 100]
"""
import argparse
import json
import os
import signal
import sys
import time

from gateway import (CHECKOUT, Gateway, Refused, build_snapshots, config, erratic, finish_load,
                     percentile, print_table, scenario, start_load, temporary_folder, wait_until)

# A call that is late or worse; inline only what returns.
INLINE = ["fail", "nan", "wrong_shape"]
POOLED = INLINE + ["delay", "overrun", "hang", "double_completion", "late_completion"]
ISOLATED = POOLED + ["crash", "leak"]
CASES = [(mode, execution) for execution, modes in
         [("inline", INLINE), ("pooled", POOLED), ("isolated", ISOLATED)] for mode in modes]
HARMLESS = {"double_completion": ["sluice_plugin_erratic_misbehaved_total"], "leak": ["sluice_worker_ends_total"]}
"""No call need fail by it, so no breaker need open; the series in which it shows."""
LEAK = {"leak_mebibytes": 64}
"""The worker's limit of 512 MiB is reached after some calls."""
BREAKER = {"open_minimum": "1s", "ramp": "1s"}
"""Shorter than the default, so that a bench sees it close."""
OPENING_SECONDS, CLOSING_SECONDS = 10, 30
"""Waited for at most; the bar for opening is 2 s."""
BAR_OPENING_SECONDS = 2
SECONDS_BETWEEN_KILLS = 0.2
FORGIVING = {"restart_minimum": "20ms", "restart_maximum": "100ms", "crash_loop_span": "10ms"}
"""A worker that is started again each time: with the defaults the fifth kill would end in quarantine."""


def versions(mode, execution, **more):
    return {"1": {"plugin": "pricing", "handler": "list-price"},
            "2": erratic(mode, execution=execution, **(LEAK if mode == "leak" else {})) | more}


def seconds_until(holds, limit):
    """How long it took; None when it never came."""
    try:
        return wait_until(holds, limit, "")
    except TimeoutError:
        return None


def run_case(folder, store, path, mode, execution, rate):
    faulty, sound = [
        config(store, versions(m, execution), model={"breaker": BREAKER}) for m in (mode, "ok")]
    row = {"mode": mode, "execution": execution}
    try:
        with Gateway(folder, faulty) as gateway:
            running = start_load(path, "--rate", rate, "--duration", "300s", "--timeout", "2s")
            patience = BAR_OPENING_SECONDS if mode in HARMLESS else OPENING_SECONDS
            try:
                opened = seconds_until(lambda: gateway.breaker("2") == "open", patience)
                time.sleep(2)
                metrics = gateway.metrics()
                gateway.reload(sound)
                closed = seconds_until(lambda: gateway.breaker("2") == "closed", CLOSING_SECONDS)
                time.sleep(1)
            finally:
                running.send_signal(signal.SIGINT)
            report = finish_load(running)
    except Refused as refusal:
        print(f"{mode}/{execution}: {refusal}", file=sys.stderr)
        return row | refused("refused by this gateway")
    reasons = sorted({name.split('reason="')[1].split('"')[0] for name, value in metrics.items()
                      if name.startswith("sluice_fallback_total") and value > 0})
    shown = [name.split("{")[0] for name, value in metrics.items()
             if name.split("{")[0] in HARMLESS.get(mode, []) and value > 0]
    return row | {
        "due": report["due"], "answered": share(report),
        "p99_ms": percentile(report["total"]["scheduled"], "p99"),
        "opened_s": opened, "closed_s": closed, "reasons": " ".join(sorted(set(reasons + shown))),
        "holds": share(report) == 1 and closed is not None
        and (bool(shown) or opened is not None and opened <= BAR_OPENING_SECONDS),
    }


def refused(why):
    return {"due": None, "answered": None, "p99_ms": None, "opened_s": None, "closed_s": None,
            "reasons": why, "holds": None}


def share(report):
    """Good answers among the requests that had the time to end."""
    return report["answered"] / max(report["due"] - report["unfinished"], 1)


def run_kills(folder, store, path, count, rate):
    settings = config(store, versions("ok", "isolated", worker=FORGIVING))
    try:
        with Gateway(folder, settings) as gateway:
            wait_until(gateway.children, 10, "no worker process")
            running = start_load(path, "--rate", rate, "--duration", "600s", "--timeout", "2s")
            killed = 0
            try:
                time.sleep(1)
                deadline = time.monotonic() + 500
                while killed < count and time.monotonic() < deadline:
                    killed += kill(gateway.children())
                    time.sleep(SECONDS_BETWEEN_KILLS)
                time.sleep(2)
            finally:
                running.send_signal(signal.SIGINT)
            report = finish_load(running)
    except Refused:
        sys.exit("this gateway has no isolated execution")
    return {"kills": killed, "due": report["due"], "answered": share(report),
            "failed": report["failed"], "shed": report["shed"],
            "p99_ms": percentile(report["total"]["scheduled"], "p99"),
            "holds": killed >= count and share(report) == 1}


def kill(workers):
    """Kills one worker process of the gateway; a crash loop may have left none for the moment."""
    for pid in workers[:1]:
        try:
            os.kill(pid, signal.SIGKILL)
            return 1
        except ProcessLookupError:
            pass
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--case", action="append", help="such as hang/pooled; all unless given")
    parser.add_argument("--kills", type=int, default=0)
    arguments = parser.parse_args()
    with temporary_folder() as folder:
        store, _ = build_snapshots(folder)
        path = scenario(folder, store, [CHECKOUT])
        if arguments.kills:
            rows = [run_kills(folder, store, path, arguments.kills, arguments.rate)]
        else:
            chosen = [tuple(case.split("/")) for case in arguments.case or []] or CASES
            rows = [run_case(folder, store, path, *case, arguments.rate) for case in chosen]
    print_table(rows)
    print(json.dumps({"bench": "kills" if arguments.kills else "faults", "rows": rows}))


if __name__ == "__main__":
    main()
